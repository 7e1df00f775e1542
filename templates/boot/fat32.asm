; fat32.asm: the boot record of the FAT32 partition. It loads BOOTMGR, the boot manager of Windows for BIOS machines.
;
; What it is. The MBR reads the partition's first sector to 0000:7C00 and jumps there with the drive number in DL. That sector also holds the
; BIOS Parameter Block (BPB), which says where everything of the file system lies; it is left exactly as it was read. Sector 1 is FSInfo, so this
; program goes on in sectors 2 to 5, all in the reserved area of the volume, with a copy at sector 6 and from 8 on.
;
; What it does. Reads sectors 2 to 5 to 0000:7E00, finds the file BOOTMGR in the root directory, follows its clusters through the FAT, and loads
; all of it to 2000:0000. Then it jumps there, with DL = BIOS drive and the boot record with its BPB at 0000:7C00. That is how GRUB's `ntldr` starts
; BOOTMGR, too. A read never crosses a 64 KiB boundary, which the DMA of old controllers cannot. A BOOTMGR that reaches the memory that the
; BIOS keeps for itself (the EBDA, below the end that int 12h tells) is not loaded; the builder refuses it before that.
;
; Memory:  0000:7C00 this sector   0000:7E00 sectors 2-5   0000:8600 a sector of the directory   0000:8800 a sector of the FAT
;          2000:0000 BOOTMGR       the stack grows down from 0000:7C00
;
; Assemble:  nasm -f bin -o fat32.bin fat32.asm      (test/formats/boot-code.test.ts proves that the two belong together)
;
; Sources: Microsoft FAT specification 1.03 (the BPB, directory entries, the FAT), EDD 1.1 (int 13h/41h and 42h), GRUB's manual (ntldr).

        bits    16
        org     0x7C00

LOAD_SEGMENT    equ 0x2000
SECTOR          equ 512
MORE_SECTORS    equ 4                   ; sectors 2 to 5
MORE_SEGMENT    equ 0x07E0              ; where they go
DIRECTORY       equ 0x8600
FAT             equ 0x8800
MAX_READ        equ 64                  ; sectors at a time: more than 127 is more than some BIOSes can
END_MARK        equ 0x0FFFFFF8          ; from here on a FAT entry ends a chain
CLUSTER_MASK    equ 0x0FFFFFFF

; The BPB, by offset in this sector. The builder writes it; here are only its places.
bpb_sectors_per_cluster equ 0x7C00 + 13
bpb_reserved_sectors    equ 0x7C00 + 14
bpb_number_of_fats      equ 0x7C00 + 16
bpb_hidden_sectors      equ 0x7C00 + 28
bpb_fat_sectors         equ 0x7C00 + 36
bpb_root_cluster        equ 0x7C00 + 44

        jmp     short start
        nop
        times   90 - ($ - $$) db 0      ; the BPB

start:
        cli                             ; no interrupt may come while the stack moves
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 0x7C00
        sti
        cld
        jmp     0x0000:.here            ; some BIOSes and MBRs jump to 07C0:0000
.here:
        mov     [drive], dl
        mov     ah, 0x41                ; are the extended calls there?
        mov     bx, 0x55AA
        int     0x13
        jc      .no_extensions
        cmp     bx, 0xAA55
        jne     .no_extensions

        mov     eax, [bpb_hidden_sectors]
        add     eax, 2
        mov     cx, MORE_SECTORS
        mov     bx, MORE_SEGMENT
        call    read_sectors
        cmp     word [last_word], 0x4D42 ; 'BM': all of it is there
        je      more
        mov     si, text_damaged
        jmp     fail
.no_extensions:
        mov     si, text_old

; Prints the text at DS:SI and stops.
fail:
        lodsb
        test    al, al
        jz      .end
        mov     ah, 0x0E                ; teletype output
        mov     bx, 0x0007
        int     0x10
        jmp     fail
.end:
        hlt                             ; Ctrl+Alt+Del still works
        jmp     .end

; Reads CX sectors from sector EAX of the disk on to BX:0000. Changes no register.
read_sectors:
        mov     [packet.segment], bx
        mov     [packet.sector], eax
        pushad
        mov     bp, 3                   ; a stick that has just been started may need several tries
.try:
        mov     [packet.count], cx      ; a BIOS puts the number it has read there
        mov     ah, 0x42                ; extended read: DS:SI is a disk address packet
        mov     dl, [drive]
        mov     si, packet
        int     0x13
        jnc     .done
        xor     ax, ax                  ; reset the disk
        mov     dl, [drive]
        int     0x13
        dec     bp
        jnz     .try
        mov     si, text_unreadable
        jmp     fail
.done:
        popad
        ret

        align   4, db 0
packet:                                 ; EDD 1.1: disk address packet
        db      16, 0                   ; its size; reserved
.count  dw      0                       ; number of sectors
        dw      0                       ; to offset
.segment dw     0                       ; and segment
.sector dq      0
drive   db      0

text_old        db 'This BIOS reads disks only by cylinder', 13, 10, 0
text_unreadable db 'This disk cannot be read', 13, 10, 0
text_damaged    db 'The boot program of this disk is damaged', 13, 10, 0

        times   510 - ($ - $$) db 0
        dw      0xAA55

; ---- sectors 2 to 5, at 0000:7E00 ------------------------------------------------------------------------------------------------------------

more:
        mov     eax, [bpb_hidden_sectors]
        movzx   ecx, word [bpb_reserved_sectors]
        add     eax, ecx
        mov     [fat_start], eax
        movzx   ecx, byte [bpb_number_of_fats]
.add_fat:
        add     eax, [bpb_fat_sectors]
        loop    .add_fat
        mov     [data_start], eax

        call    find_bootmgr            ; EAX: its first cluster, EBX: its size
        call    check_size
        call    load
        mov     dl, [drive]
        jmp     LOAD_SEGMENT:0x0000

; Looks through the root directory. Gives back EAX: the first cluster, EBX: the size in bytes.
find_bootmgr:
        mov     eax, [bpb_root_cluster]
.cluster:
        push    eax
        call    sector_of_cluster
        movzx   bp, byte [bpb_sectors_per_cluster]
.sector:
        mov     cx, 1
        mov     bx, DIRECTORY / 16
        push    eax
        call    read_sectors
        mov     di, DIRECTORY
.entry:
        cmp     byte [di], 0            ; never used: the directory ends here
        je      .missing
        test    byte [di + 11], 0x18    ; a label (or a part of a long name), or a directory
        jnz     .next
        push    di
        mov     si, name
        mov     cx, 11
        repe    cmpsb
        pop     di
        je      .found
.next:
        add     di, 32
        cmp     di, DIRECTORY + SECTOR
        jb      .entry
        pop     eax
        inc     eax
        dec     bp
        jnz     .sector
        pop     eax
        call    next_cluster
        cmp     eax, END_MARK
        jb      .cluster
.missing:
        mov     si, text_missing
        jmp     fail
.found:
        add     sp, 8                   ; the two numbers that are still on the stack
        mov     ax, [di + 20]           ; the upper half of the first cluster
        shl     eax, 16
        mov     ax, [di + 26]           ; the lower half
        mov     ebx, [di + 28]
        ret

; Stops when EBX bytes from 2000:0000 on reach memory that is not there or belongs to the BIOS. Keeps EAX and EBX.
check_size:
        push    eax
        test    ebx, ebx
        jz      .wrong
        int     0x12                    ; AX: KiB of memory below the EBDA
        movzx   eax, ax
        shl     eax, 10
        sub     eax, LOAD_SEGMENT * 16
        jbe     .wrong
        lea     ecx, [ebx + SECTOR - 1] ; whole sectors are read
        and     ecx, ~(SECTOR - 1)
        cmp     ecx, ebx                ; a size near 4 GiB overflows
        jb      .wrong
        cmp     ecx, eax
        ja      .wrong
        pop     eax
        ret
.wrong:
        mov     si, text_size
        jmp     fail

; Loads EBX bytes that begin in cluster EAX to 2000:0000.
load:
        add     ebx, SECTOR - 1
        shr     ebx, 9
        mov     [left], bx              ; sectors still to read: not more than 1024 fit
        mov     word [load_segment], LOAD_SEGMENT
.run:                                   ; clusters that follow each other are read together
        cmp     eax, 2
        jb      .broken
        cmp     eax, END_MARK
        jae     .broken
        mov     [run_first], eax
        xor     cx, cx                  ; CX: sectors of the run
.longer:
        movzx   dx, byte [bpb_sectors_per_cluster]
        add     cx, dx
        cmp     cx, [left]
        jae     .last                   ; the chain may end here
        mov     edx, eax
        call    next_cluster            ; keeps CX and EDX
        inc     edx
        cmp     eax, edx
        je      .longer
        jmp     .read
.last:
        mov     cx, [left]
.read:
        push    eax                     ; the cluster that follows the run
        sub     [left], cx
        mov     eax, [run_first]
        call    sector_of_cluster
.piece:
        mov     bx, [load_segment]           ; up to the next boundary of 64 KiB, in sectors
        mov     dx, bx
        and     dx, 0x0FFF
        neg     dx
        add     dx, 0x1000
        shr     dx, 5
        cmp     dx, MAX_READ
        jbe     .not_too_much
        mov     dx, MAX_READ
.not_too_much:
        cmp     dx, cx
        jbe     .not_too_far
        mov     dx, cx
.not_too_far:
        push    eax
        push    cx
        mov     cx, dx
        call    read_sectors
        pop     cx
        pop     eax
        sub     cx, dx
        movzx   edx, dx
        add     eax, edx
        shl     dx, 5                   ; paragraphs
        add     [load_segment], dx
        test    cx, cx
        jnz     .piece
        pop     eax
        cmp     word [left], 0
        jne     .run
        ret
.broken:
        mov     si, text_chain
        jmp     fail

; EAX: a cluster; gives back the first sector of it. Changes nothing else.
sector_of_cluster:
        push    ecx
        push    edx
        sub     eax, 2
        movzx   ecx, byte [bpb_sectors_per_cluster]
        mul     ecx
        add     eax, [data_start]
        pop     edx
        pop     ecx
        ret

; EAX: a cluster; gives back the one that follows it. Changes nothing else.
next_cluster:
        push    bx
        push    cx
        push    si
        mov     si, ax
        and     si, 127                 ; 128 entries of 4 bytes in a sector
        shl     si, 2
        shr     eax, 7
        add     eax, [fat_start]
        cmp     eax, [fat_sector]       ; the sector that was read last
        je      .there
        mov     [fat_sector], eax
        mov     cx, 1
        mov     bx, FAT / 16
        call    read_sectors
.there:
        mov     eax, [FAT + si]
        and     eax, CLUSTER_MASK
        pop     si
        pop     cx
        pop     bx
        ret

name            db 'BOOTMGR    '
text_missing    db 'There is no BOOTMGR on this disk', 13, 10, 0
text_size       db 'BOOTMGR is empty or does not fit into memory', 13, 10, 0
text_chain      db 'The file system of this disk is damaged', 13, 10, 0

        align   4, db 0
fat_start       dd 0
data_start      dd 0
fat_sector      dd 0
run_first       dd 0
left            dw 0
load_segment    dw 0

        times   (1 + MORE_SECTORS) * SECTOR - 2 - ($ - $$) db 0
last_word       db 'BM'
