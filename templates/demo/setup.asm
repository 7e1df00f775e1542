; setup.asm: what stands in for Windows Setup on the demo media (it lands there as setup.exe and sources/setup.exe).
;
; What it is. A 64-bit Windows console program in Microsoft's "PE32+" executable format. A linker normally writes the headers and the
; table of imported functions; here they are spelled out, so that nothing but nasm is needed and every byte can be read.
;
; What it does. Prints INPLACE-DEMO-SETUP, a sentence that this is no Windows Setup, and the command line it was given, so that one can
; see what the bootstrap asks Windows Setup to do. Ends with exit code 50, ERROR_NOT_SUPPORTED: nothing was upgraded.
;
; Assemble:  nasm -f bin -o setup.bin setup.asm      (test/scripts/demo-programs.test.ts proves that the two belong together)
;
; Sources: Microsoft PE Format (sections 2 to 6, 6.4 for imports); Windows API: GetStdHandle, WriteFile, GetCommandLineA, ExitProcess.

        bits    64
        default rel
        org     0

FILE_ALIGNMENT          equ 0x200       ; sections start at multiples of this in the file
SECTION_ALIGNMENT       equ 0x1000      ; ... and of this in memory
TEXT_ADDRESS            equ 0x1000
IDATA_ADDRESS           equ 0x2000

; The address in memory, counted from where the program is loaded, of something in the .idata section
%define IDATA(label) (IDATA_ADDRESS + (label) - idata)

; ---- Headers -------------------------------------------------------------------------------------------------------------------

        dw      'MZ'                    ; the DOS header: only the magic and the offset of the real header matter
        times   0x3C - ($ - $$) db 0
        dd      pe_header

pe_header:
        db      'PE', 0, 0
        ; COFF file header
        dw      0x8664                  ; Machine: x64
        dw      2                       ; NumberOfSections
        dd      0                       ; TimeDateStamp: none, so that the bytes are always the same
        dd      0, 0                    ; no symbol table
        dw      optional_header_end - optional_header
        dw      0x0023                  ; Characteristics: executable, addresses above 2 GiB, loaded at its own address only
optional_header:
        dw      0x20B                   ; PE32+
        db      0, 0                    ; linker version
        dd      text_file_size          ; SizeOfCode
        dd      idata_file_size         ; SizeOfInitializedData
        dd      0                       ; SizeOfUninitializedData
        dd      TEXT_ADDRESS            ; AddressOfEntryPoint
        dd      TEXT_ADDRESS            ; BaseOfCode
        dq      0x140000000             ; ImageBase: the usual one of 64-bit programs
        dd      SECTION_ALIGNMENT, FILE_ALIGNMENT
        dw      6, 1                    ; operating system: Windows 7 or later
        dw      0, 0                    ; image version
        dw      6, 1                    ; subsystem version
        dd      0                       ; Win32VersionValue
        dd      0x3000                  ; SizeOfImage: headers and two sections, a page each
        dd      FILE_ALIGNMENT          ; SizeOfHeaders
        dd      0                       ; CheckSum: only drivers need it
        dw      3                       ; Subsystem: console
        dw      0x8100                  ; DllCharacteristics: data is never executed; terminal server aware
        dq      0x100000, 0x1000        ; stack: 1 MiB reserved
        dq      0x100000, 0x1000        ; heap
        dd      0                       ; LoaderFlags
        dd      2                       ; NumberOfRvaAndSizes
        dd      0, 0                    ; export table
        dd      IDATA(import_directory), import_directory_end - import_directory
optional_header_end:

        db      '.text', 0, 0, 0
        dd      text_end - text, TEXT_ADDRESS, text_file_size, text
        dd      0, 0, 0
        dd      0x60000020              ; code, may be executed and read
        db      '.idata', 0, 0
        dd      idata_end - idata, IDATA_ADDRESS, idata_file_size, idata
        dd      0, 0, 0
        dd      0xC0000040              ; data, may be read and written (Windows fills in the addresses of the functions)

        times   FILE_ALIGNMENT - ($ - $$) db 0

; ---- Code ----------------------------------------------------------------------------------------------------------------------

; In memory the two sections lie further apart than in the file; IMPORT(x) is the address of x seen from code.
%define IMPORT(label) rel (label) + (IDATA_ADDRESS - TEXT_ADDRESS) - (idata - text)

STD_OUTPUT_HANDLE       equ -11
ERROR_NOT_SUPPORTED     equ 50

text:
        sub     rsp, 56                 ; 32 bytes for called functions, a fifth argument, a count; aligned to 16
        mov     ecx, STD_OUTPUT_HANDLE
        call    [IMPORT(GetStdHandle)]
        mov     rbx, rax

        lea     rsi, [message]
        call    print
        call    [IMPORT(GetCommandLineA)]
        mov     rsi, rax
        call    print
        lea     rsi, [newline]
        call    print

        mov     ecx, ERROR_NOT_SUPPORTED
        call    [IMPORT(ExitProcess)]   ; does not come back

; Writes the zero-ended text at RSI to the output RBX.
print:
        sub     rsp, 56                 ; with the return address this is 64: aligned
        xor     r8d, r8d
.measure:
        cmp     byte [rsi + r8], 0
        je      .write
        inc     r8d
        jmp     .measure
.write:
        mov     rcx, rbx
        mov     rdx, rsi
        lea     r9, [rsp + 40]          ; receives how many bytes were written; nobody asks
        mov     qword [rsp + 32], 0     ; not overlapped
        call    [IMPORT(WriteFile)]
        add     rsp, 56
        ret

message         db 'INPLACE-DEMO-SETUP', 13, 10
                db 'This is the inplace demo and no Windows Setup. Nothing was changed on this computer.', 13, 10
                db 'Windows Setup would have been started like this:', 13, 10, '  ', 0
newline         db 13, 10, 0
text_end:

        times   (FILE_ALIGNMENT - ($ - $$) % FILE_ALIGNMENT) % FILE_ALIGNMENT db 0
text_file_size  equ $ - text

; ---- Imported functions ----------------------------------------------------------------------------------------------------------

idata:
import_directory:
        dd      IDATA(names)            ; which functions
        dd      0, 0
        dd      IDATA(library)          ; of which library
        dd      IDATA(addresses)        ; where Windows puts their addresses
        dd      0, 0, 0, 0, 0           ; end of the directory
import_directory_end:

        align   8, db 0
names:
        dq      IDATA(name_GetStdHandle), IDATA(name_WriteFile), IDATA(name_GetCommandLineA), IDATA(name_ExitProcess), 0
addresses:
GetStdHandle    dq IDATA(name_GetStdHandle)
WriteFile       dq IDATA(name_WriteFile)
GetCommandLineA dq IDATA(name_GetCommandLineA)
ExitProcess     dq IDATA(name_ExitProcess)
                dq 0

; A hint (0: none) and the name, each at an even address
        align   2, db 0
name_GetStdHandle       db 0, 0, 'GetStdHandle', 0
        align   2, db 0
name_WriteFile          db 0, 0, 'WriteFile', 0
        align   2, db 0
name_GetCommandLineA    db 0, 0, 'GetCommandLineA', 0
        align   2, db 0
name_ExitProcess        db 0, 0, 'ExitProcess', 0
library                 db 'KERNEL32.dll', 0
idata_end:

        times   (FILE_ALIGNMENT - ($ - $$) % FILE_ALIGNMENT) % FILE_ALIGNMENT db 0
idata_file_size equ $ - idata
