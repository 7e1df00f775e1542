/*
 * probe.c: a UEFI program that shows what the firmware's own file systems make of a disc. It lies on a small FAT disk with a file FILES.TXT (UTF-16,
 * one path with \ a line) and prints on the first serial port, a record a line, in UTF-8, tab between fields:
 *
 *   PROBE-START
 *   VOLUME  label
 *   ENTRY   file|folder  size  name            (each entry of the volume's root)
 *   FILE    size  sha256  path                 (each path of FILES.TXT that opens)
 *   FAIL    status  path                       (each that does not, or whose bytes cannot all be read)
 *   PROBE-END
 *
 * Then it switches the computer off. Built by uefi-probe.ts with mingw; needs no headers. Names follow the UEFI specification 2.10: 4.3 (system
 * table), 7 (boot services), 13.4 and 13.5 (Simple File System, EFI_FILE_PROTOCOL). SHA-256 follows FIPS 180-4.
 */

typedef unsigned char UINT8;
typedef unsigned short CHAR16;
typedef unsigned int UINT32;
typedef unsigned long long UINT64;
typedef UINT64 EFI_STATUS;
typedef void *EFI_HANDLE;
#define EFIAPI __attribute__((ms_abi))

typedef struct { UINT32 a; unsigned short b, c; UINT8 d[8]; } EFI_GUID;

static EFI_GUID SIMPLE_FILE_SYSTEM = {0x964e5b22, 0x6459, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static EFI_GUID LOADED_IMAGE = {0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static EFI_GUID FILE_INFO = {0x09576e92, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static EFI_GUID VOLUME_LABEL = {0xdb47d7d3, 0xfe81, 0x11d3, {0x9a, 0x35, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}};

typedef struct FILE {
  UINT64 revision;
  EFI_STATUS(EFIAPI *open)(struct FILE *, struct FILE **, const CHAR16 *, UINT64 mode, UINT64 attributes);
  EFI_STATUS(EFIAPI *close)(struct FILE *);
  EFI_STATUS(EFIAPI *delete)(struct FILE *);
  EFI_STATUS(EFIAPI *read)(struct FILE *, UINT64 *, void *);
  EFI_STATUS(EFIAPI *write)(struct FILE *, UINT64 *, void *);
  EFI_STATUS(EFIAPI *get_position)(struct FILE *, UINT64 *);
  EFI_STATUS(EFIAPI *set_position)(struct FILE *, UINT64);
  EFI_STATUS(EFIAPI *get_info)(struct FILE *, EFI_GUID *, UINT64 *, void *);
} FILE;

typedef struct FILE_SYSTEM {
  UINT64 revision;
  EFI_STATUS(EFIAPI *open_volume)(struct FILE_SYSTEM *, FILE **);
} FILE_SYSTEM;

/* EFI_FILE_INFO; the name's length follows from `size` */
typedef struct { UINT64 size, file_size, physical_size; UINT8 times[48]; UINT64 attribute; CHAR16 name[1024]; } INFO;
#define ATTRIBUTE_DIRECTORY 0x10

typedef struct { UINT32 revision; EFI_HANDLE parent; void *system; EFI_HANDLE device; } IMAGE;

/* Only the services used here have a type; each unused one is a pointer's room */
typedef struct {
  UINT8 header[24];
  void *before_handle_protocol[16];
  EFI_STATUS(EFIAPI *handle_protocol)(EFI_HANDLE, EFI_GUID *, void **);
  void *before_connect[13];
  EFI_STATUS(EFIAPI *connect_controller)(EFI_HANDLE, EFI_HANDLE *, void *path, UINT8 recursive);
  void *before_locate[5];
  EFI_STATUS(EFIAPI *locate_handle_buffer)(UINT32 type, EFI_GUID *, void *key, UINT64 *count, EFI_HANDLE **);
} BOOT_SERVICES;
#define ALL_HANDLES 0
#define BY_PROTOCOL 2

typedef struct {
  UINT8 header[24];
  void *before_reset[10];
  void(EFIAPI *reset_system)(UINT32 type, EFI_STATUS, UINT64, void *);
} RUNTIME_SERVICES;
#define RESET_SHUTDOWN 2

typedef struct {
  UINT8 header[24];
  void *vendor;
  UINT64 revision;
  void *console[6];
  RUNTIME_SERVICES *runtime;
  BOOT_SERVICES *boot;
} SYSTEM_TABLE;

/* ---- Serial port ---- */

#define COM1 0x3f8

static void out(unsigned short port, UINT8 value) { __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port)); }

static UINT8 in(unsigned short port) {
  UINT8 value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

static void put(char c) {
  for (int tries = 0; tries < 1000000 && !(in(COM1 + 5) & 0x20); tries++) {
  }
  out(COM1, (UINT8)c);
}

static void print(const char *text) {
  while (*text) put(*text++);
}

static void print_number(UINT64 value) {
  char digits[24];
  int i = 23;
  digits[i] = 0;
  do digits[--i] = (char)('0' + value % 10);
  while (value /= 10);
  print(digits + i);
}

static void print_hex(const UINT8 *bytes, int count) {
  for (int i = 0; i < count; i++) {
    put("0123456789abcdef"[bytes[i] >> 4]);
    put("0123456789abcdef"[bytes[i] & 15]);
  }
}

/* UTF-16 to UTF-8; a pair of surrogates is one character */
static void print_wide(const CHAR16 *text) {
  while (*text) {
    UINT32 c = *text++;
    if (c >= 0xd800 && c < 0xdc00 && *text >= 0xdc00 && *text < 0xe000) c = 0x10000 + ((c - 0xd800) << 10) + (*text++ - 0xdc00);
    if (c < 0x80) put((char)c);
    else if (c < 0x800) put((char)(0xc0 | c >> 6)), put((char)(0x80 | (c & 63)));
    else {
      if (c < 0x10000) put((char)(0xe0 | c >> 12));
      else put((char)(0xf0 | c >> 18)), put((char)(0x80 | (c >> 12 & 63)));
      put((char)(0x80 | (c >> 6 & 63))), put((char)(0x80 | (c & 63)));
    }
  }
}

/* ---- SHA-256 ---- */

static const UINT32 K[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
  0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
  0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
  0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
  0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
  0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

typedef struct { UINT32 h[8]; UINT64 length; UINT8 block[64]; } SHA256;

static UINT32 rotate(UINT32 x, int n) { return x >> n | x << (32 - n); }

static void sha_block(SHA256 *s, const UINT8 *p) {
  UINT32 w[64], v[8];
  for (int t = 0; t < 16; t++) w[t] = (UINT32)p[4 * t] << 24 | p[4 * t + 1] << 16 | p[4 * t + 2] << 8 | p[4 * t + 3];
  for (int t = 16; t < 64; t++) {
    UINT32 a = w[t - 15], b = w[t - 2];
    w[t] = (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10) + w[t - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[t - 16];
  }
  for (int i = 0; i < 8; i++) v[i] = s->h[i];
  for (int t = 0; t < 64; t++) {
    UINT32 a = v[0], e = v[4];
    UINT32 t1 = v[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & v[5]) ^ (~e & v[6])) + K[t] + w[t];
    UINT32 t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
    for (int i = 7; i > 0; i--) v[i] = v[i - 1];
    v[4] += t1;
    v[0] = t1 + t2;
  }
  for (int i = 0; i < 8; i++) s->h[i] += v[i];
}

static void sha_start(SHA256 *s) {
  static const UINT32 initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  for (int i = 0; i < 8; i++) s->h[i] = initial[i];
  s->length = 0;
}

static void sha_add(SHA256 *s, const UINT8 *bytes, UINT64 count) {
  while (count > 0) {
    UINT64 used = s->length % 64;
    if (used == 0 && count >= 64) {
      sha_block(s, bytes);
      bytes += 64, count -= 64, s->length += 64;
      continue;
    }
    s->block[used] = *bytes++;
    count--, s->length++;
    if (used == 63) sha_block(s, s->block);
  }
}

static void sha_end(SHA256 *s, UINT8 digest[32]) {
  UINT64 bits = s->length * 8;
  UINT8 byte = 0x80;
  do {
    sha_add(s, &byte, 1);
    byte = 0;
  } while (s->length % 64 != 56);
  for (int i = 56; i >= 0; i -= 8) {
    byte = (UINT8)(bits >> i);
    sha_add(s, &byte, 1);
  }
  for (int i = 0; i < 32; i++) digest[i] = (UINT8)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

/* ---- The probe ---- */

static UINT8 buffer[1 << 20];
static CHAR16 paths[1 << 16];
static INFO info;

static void print_failure(EFI_STATUS status, const CHAR16 *path) {
  print("FAIL\t");
  print_number(status & 0x7fffffffffffffff); /* without the bit that says "error" */
  put('\t');
  print_wide(path);
  put('\n');
}

static void read_file(FILE *root, const CHAR16 *path) {
  FILE *file;
  EFI_STATUS status = root->open(root, &file, path, 1, 0);
  if (status) {
    print_failure(status, path);
    return;
  }
  UINT64 count = sizeof info, total = 0;
  SHA256 sha;
  UINT8 digest[32];
  sha_start(&sha);
  status = file->get_info(file, &FILE_INFO, &count, &info);
  while (!status) {
    count = sizeof buffer;
    status = file->read(file, &count, buffer);
    if (status || count == 0) break;
    sha_add(&sha, buffer, count);
    total += count;
  }
  file->close(file);
  if (status || total != info.file_size) {
    print_failure(status, path);
    return;
  }
  sha_end(&sha, digest);
  print("FILE\t");
  print_number(total);
  put('\t');
  print_hex(digest, 32);
  put('\t');
  print_wide(path);
  put('\n');
}

static void list_root(FILE *root) {
  for (;;) {
    UINT64 count = sizeof info;
    if (root->read(root, &count, &info) || count == 0) return;
    print(info.attribute & ATTRIBUTE_DIRECTORY ? "ENTRY\tfolder\t" : "ENTRY\tfile\t");
    print_number(info.file_size);
    put('\t');
    print_wide(info.name);
    put('\n');
  }
}

/* FILES.TXT from the volume this program came from; lines become texts that end with zero. Gives back how many characters there are. */
static UINT64 load_paths(FILE *root) {
  FILE *file;
  UINT64 count = sizeof paths - sizeof paths[0];
  if (root->open(root, &file, u"\\FILES.TXT", 1, 0)) return 0;
  if (file->read(file, &count, paths)) count = 0;
  file->close(file);
  for (UINT64 i = 0; i < count / 2; i++) {
    if (paths[i] == '\n') paths[i] = 0;
  }
  return count / 2;
}

static void look_at(FILE *root, UINT64 characters) {
  UINT64 count = sizeof buffer;
  print("VOLUME\t");
  if (!root->get_info(root, &VOLUME_LABEL, &count, buffer)) print_wide((CHAR16 *)buffer);
  put('\n');
  list_root(root);
  for (UINT64 at = 0; at < characters;) {
    read_file(root, paths + at);
    while (paths[at++]) {
    }
  }
}

static FILE *open_volume(BOOT_SERVICES *boot, EFI_HANDLE device) {
  FILE_SYSTEM *file_system;
  FILE *root;
  if (boot->handle_protocol(device, &SIMPLE_FILE_SYSTEM, (void **)&file_system)) return 0;
  return file_system->open_volume(file_system, &root) ? 0 : root;
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE self, SYSTEM_TABLE *system) {
  BOOT_SERVICES *boot = system->boot;
  EFI_HANDLE *handles;
  UINT64 count = 0, characters = 0;
  IMAGE *image;
  FILE *root;

  print("\nPROBE-START\n");
  if (!boot->locate_handle_buffer(ALL_HANDLES, 0, 0, &count, &handles)) {
    for (UINT64 i = 0; i < count; i++) boot->connect_controller(handles[i], 0, 0, 1); /* so that every driver looks at every disc */
  }
  if (!boot->handle_protocol(self, &LOADED_IMAGE, (void **)&image) && (root = open_volume(boot, image->device))) {
    characters = load_paths(root);
    root->close(root);
  }
  count = 0;
  if (!boot->locate_handle_buffer(BY_PROTOCOL, &SIMPLE_FILE_SYSTEM, 0, &count, &handles)) {
    for (UINT64 i = 0; i < count; i++) {
      if (handles[i] == image->device || !(root = open_volume(boot, handles[i]))) continue;
      look_at(root, characters);
      root->close(root);
    }
  }
  print("PROBE-END\n");
  system->runtime->reset_system(RESET_SHUTDOWN, 0, 0, 0);
  return 0;
}
