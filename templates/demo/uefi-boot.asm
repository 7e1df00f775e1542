; uefi-boot.asm: the UEFI boot program of the demo media (it lands there as efi/boot/bootx64.efi, bootmgr.efi, and inside efisys.bin).
;
; What it is. UEFI firmware starts programs in Microsoft's "PE32+" executable format, the same as 64-bit Windows programs, with
; subsystem 10 (EFI application). A linker normally writes the headers; here they are spelled out, so that nothing but nasm is needed
; and every byte can be read. The code uses addresses relative to itself only, so the firmware may load it anywhere.
;
; What it does. Prints INPLACE-DEMO-UEFI and a sentence through the firmware's console and on the first serial port, where the tests
; listen; waits for a key, ten seconds at most; returns EFI_SUCCESS to the firmware. No disk is ever touched.
;
; Assemble:  nasm -f bin -o uefi-boot.bin uefi-boot.asm      (test/scripts/demo-programs.test.ts proves that the two belong together)
;
; Sources: Microsoft PE Format (sections 2 to 6); UEFI 2.10, 2.3.4.2 (calling convention), 4.3 (system table), 7.1 (events),
; 12.3 and 12.4 (console); 16550 UART data sheet.

        bits    64
        default rel                     ; every address is relative to the next instruction
        org     0

FILE_ALIGNMENT          equ 0x200       ; sections start at multiples of this in the file
SECTION_ALIGNMENT       equ 0x1000      ; ... and of this in memory
TEXT_ADDRESS            equ 0x1000
RELOC_ADDRESS           equ 0x2000

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
        dw      0x0022                  ; Characteristics: executable, handles addresses above 2 GiB
optional_header:
        dw      0x20B                   ; PE32+
        db      0, 0                    ; linker version
        dd      text_file_size          ; SizeOfCode
        dd      reloc_file_size         ; SizeOfInitializedData
        dd      0                       ; SizeOfUninitializedData
        dd      TEXT_ADDRESS + entry - text     ; AddressOfEntryPoint
        dd      TEXT_ADDRESS            ; BaseOfCode
        dq      0                       ; ImageBase: wherever the firmware likes
        dd      SECTION_ALIGNMENT, FILE_ALIGNMENT
        dw      0, 0, 0, 0, 0, 0        ; operating system, image and subsystem versions
        dd      0                       ; Win32VersionValue
        dd      0x3000                  ; SizeOfImage: headers and two sections, a page each
        dd      FILE_ALIGNMENT          ; SizeOfHeaders
        dd      0                       ; CheckSum: not used by UEFI
        dw      10                      ; Subsystem: EFI application
        dw      0x0160                  ; DllCharacteristics: relocatable, also above 4 GiB; data is never executed
        dq      0, 0, 0, 0              ; stack and heap sizes: not used by UEFI
        dd      0                       ; LoaderFlags
        dd      6                       ; NumberOfRvaAndSizes
        dd      0, 0                    ; export table
        dd      0, 0                    ; import table
        dd      0, 0                    ; resource table
        dd      0, 0                    ; exception table
        dd      0, 0                    ; certificate table: not signed, so Secure Boot refuses this program
        dd      RELOC_ADDRESS, reloc_end - reloc
optional_header_end:

        db      '.text', 0, 0, 0
        dd      text_end - text, TEXT_ADDRESS, text_file_size, text
        dd      0, 0, 0
        dd      0x60000020              ; code, may be executed and read
        db      '.reloc', 0, 0
        dd      reloc_end - reloc, RELOC_ADDRESS, reloc_file_size, reloc
        dd      0, 0, 0
        dd      0x42000040              ; data, may be read, and discarded once the program is loaded

        times   FILE_ALIGNMENT - ($ - $$) db 0

; ---- Code ----------------------------------------------------------------------------------------------------------------------

text:

; Offsets in the tables the firmware hands over (x64: pointers of 8 bytes, after a table header of 24)
SYSTEM_CON_IN           equ 48
SYSTEM_CON_OUT          equ 64
SYSTEM_BOOT_SERVICES    equ 96
CON_OUT_OUTPUT_STRING   equ 8
CON_IN_WAIT_FOR_KEY     equ 16          ; an event, not a function
BOOT_CREATE_EVENT       equ 80
BOOT_SET_TIMER          equ 88
BOOT_WAIT_FOR_EVENT     equ 96
BOOT_CLOSE_EVENT        equ 112
EVT_TIMER               equ 0x80000000
TIMER_RELATIVE          equ 2
WAIT_LIMIT              equ 10 * 10000000       ; ten seconds, in units of 100 ns

COM1                    equ 0x3F8

; What this function keeps on its stack, above the 40 bytes that every function it calls may use (32, and a fifth argument)
EVENT_KEY               equ 40
EVENT_TIMER             equ 48
EVENT_INDEX             equ 56
FRAME                   equ 64

; EFI_STATUS entry(EFI_HANDLE image in RCX, EFI_SYSTEM_TABLE *system in RDX)
entry:
        push    rbx
        push    rsi
        push    rdi                     ; three pushes and the return address: RSP is a multiple of 16 again
        sub     rsp, FRAME
        mov     rbx, rdx                ; RBX: the system table, to the end

        call    serial_setup
        lea     rsi, [message]
        call    print_serial
        call    print_console
        call    wait_for_key

        xor     eax, eax                ; EFI_SUCCESS
        add     rsp, FRAME
        pop     rdi
        pop     rsi
        pop     rbx
        ret

; Prints the UTF-16 text at RSI through the firmware's console.
print_console:
        sub     rsp, 40                 ; 32 bytes for the called function, 8 to align
        mov     rcx, [rbx + SYSTEM_CON_OUT]
        test    rcx, rcx
        jz      .end                    ; a machine without any console
        mov     rdx, rsi
        call    [rcx + CON_OUT_OUTPUT_STRING]
.end:
        add     rsp, 40
        ret

; Waits until a key is pressed or the time is up. Works in the frame of its caller, above the return address.
wait_for_key:
        push    rbp
        lea     rbp, [rsp + 16]         ; the caller's stack frame
        sub     rsp, 48                 ; 32 bytes for called functions, a fifth argument, 8 to align

        mov     rdi, [rbx + SYSTEM_BOOT_SERVICES]
        mov     ecx, EVT_TIMER
        xor     edx, edx                ; no notification function, its priority and its context
        xor     r8d, r8d
        xor     r9d, r9d
        lea     rax, [rbp + EVENT_TIMER]
        mov     [rsp + 32], rax
        call    [rdi + BOOT_CREATE_EVENT]
        test    rax, rax
        jnz     .end                    ; no timer: do not risk to wait for ever

        mov     rcx, [rbp + EVENT_TIMER]
        mov     edx, TIMER_RELATIVE
        mov     r8d, WAIT_LIMIT
        call    [rdi + BOOT_SET_TIMER]
        test    rax, rax
        jnz     .close

        lea     rdx, [rbp + EVENT_TIMER]        ; wait for the timer alone ...
        mov     ecx, 1
        mov     rax, [rbx + SYSTEM_CON_IN]
        test    rax, rax
        jz      .wait
        mov     rax, [rax + CON_IN_WAIT_FOR_KEY]
        mov     [rbp + EVENT_KEY], rax
        lea     rdx, [rbp + EVENT_KEY]          ; ... or, with a keyboard, for both
        mov     ecx, 2
.wait:
        lea     r8, [rbp + EVENT_INDEX]
        call    [rdi + BOOT_WAIT_FOR_EVENT]
.close:
        mov     rcx, [rbp + EVENT_TIMER]
        call    [rdi + BOOT_CLOSE_EVENT]
.end:
        add     rsp, 48
        pop     rbp
        ret

; Sends the UTF-16 text at RSI on the serial port, as ASCII. Each wait is bounded: without a listener, or without a port, the
; program goes on. RSI stays.
print_serial:
        mov     r8, rsi
.next:
        movzx   r9d, word [r8]
        test    r9d, r9d
        jz      .end
        mov     ecx, 0xFFFF
        mov     dx, COM1 + 5            ; line status register
.wait:
        in      al, dx
        test    al, 0x20                ; bit 5: the transmitter can take a byte
        loopz   .wait
        mov     dx, COM1
        mov     eax, r9d
        out     dx, al
        add     r8, 2
        jmp     .next
.end:
        ret

; 115200 bits per second, 8 data bits, no parity, 1 stop bit: what firmware with a serial console uses too.
serial_setup:
        lea     r8, [serial_values]
        mov     ecx, (serial_values_end - serial_values) / 2
.next:
        movzx   edx, byte [r8]
        add     edx, COM1
        mov     al, [r8 + 1]
        out     dx, al
        add     r8, 2
        loop    .next
        ret

serial_values:
        db      1, 0x00                 ; interrupt enable: none
        db      3, 0x80                 ; line control: the next two set the speed
        db      0, 0x01                 ; divisor 1: 115200 bits per second
        db      1, 0x00
        db      3, 0x03                 ; line control: 8 bits, no parity, 1 stop bit
        db      2, 0xC7                 ; FIFO on and empty
        db      4, 0x03                 ; modem control: terminal ready, request to send
serial_values_end:

        align   2
message:
        dw      13, 10
        dw      __utf16__('INPLACE-DEMO-UEFI'), 13, 10
        dw      __utf16__('This media was made by the inplace demo. There is no Windows on it and nothing was changed.'), 13, 10
        dw      __utf16__('Press a key, or wait ten seconds, to go back to the firmware.'), 13, 10, 0
text_end:

        times   (FILE_ALIGNMENT - ($ - $$) % FILE_ALIGNMENT) % FILE_ALIGNMENT db 0
text_file_size          equ $ - text

; ---- Relocations ---------------------------------------------------------------------------------------------------------------

; There is nothing to relocate, but firmware and signing tools like to see a relocation table: one block with two empty entries.
reloc:
        dd      TEXT_ADDRESS            ; page
        dd      reloc_end - reloc       ; size of the block
        dw      0, 0                    ; type 0: padding
reloc_end:

        times   (FILE_ALIGNMENT - ($ - $$) % FILE_ALIGNMENT) % FILE_ALIGNMENT db 0
reloc_file_size         equ $ - reloc
