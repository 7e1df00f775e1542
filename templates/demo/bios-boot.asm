; bios-boot.asm: the BIOS boot program of the demo media (it lands there as boot/etfsboot.com).
;
; What it is. A CD or DVD names its boot programs in the "El Torito" boot catalog. Ours is of the plainest kind, "no emulation":
; the BIOS reads so many 512-byte sectors from the disc (8 here, as Windows media have: 4096 bytes), puts them into memory at address
; 0x7C00 and jumps there, in the 16-bit mode of 1981. DL holds the drive number for reading more.
;
; What it does. Prints INPLACE-DEMO-BIOS, checks that all 8 sectors came, reads the disc's volume descriptor (sector 16 of 2048
; bytes) to show that the disc can be read, says that this is a demo, waits for a key and restarts the computer. Everything printed
; goes to the screen (BIOS call int 10h) and to the first serial port, where the tests listen. No disk is ever written.
;
; Assemble:  nasm -f bin -o bios-boot.bin bios-boot.asm      (test/scripts/demo-programs.test.ts proves that the two belong together)
;
; Sources: El Torito 1.0, section 2.0 and figure 7; IBM BIOS calls int 10h/0Eh, 13h/42h (EDD 1.1), 16h/00h; 16550 UART data sheet.

        bits    16
        org     0x7C00

PROGRAM_BYTES   equ 4096                ; the Sector Count of the boot catalog entry, 8, times 512
BUFFER          equ 0x9000              ; where sector 16 is read to: above this program, below the BIOS's own data
COM1            equ 0x3F8               ; the first serial port; its registers follow at +1 .. +5

; Some BIOSes jump to 07C0:0000 instead of 0000:7C00; the far jump makes it the same.
        jmp     0x0000:start

start:
        cli                             ; no interrupt may come while the stack moves
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 0x7C00              ; the stack grows down from this program
        sti
        cld
        mov     [drive], dl
        call    serial_setup

        mov     si, text_token
        call    print

        cmp     dword [last_bytes], 'DEMO'      ; the very last bytes of sector 8
        je      all_loaded
        mov     si, text_short
        call    print
        jmp     wait_for_key

all_loaded:
        call    read_volume_descriptor
        mov     si, text_demo
        call    print

wait_for_key:
        xor     ax, ax                  ; int 16h, AH=0: wait for a key, take it
        int     0x16
        jmp     0xFFFF:0x0000           ; the processor's own start address: restart

; Reads sector 16, where every ISO 9660 disc has its first volume descriptor, and prints the label found in it.
read_volume_descriptor:
        mov     ah, 0x42                ; extended read: DS:SI is a disk address packet
        mov     dl, [drive]
        mov     si, address_packet
        int     0x13
        jc      .failed
        cmp     dword [BUFFER + 1], 'CD00'      ; ECMA-119 8.4.2: the standard identifier is CD001
        jne     .strange
        cmp     byte [BUFFER + 5], '1'
        jne     .strange
        mov     si, text_label
        call    print
        mov     byte [BUFFER + 40 + 32], 0      ; ECMA-119 8.4.7: the volume identifier, 32 characters from offset 40
        mov     si, BUFFER + 40
        call    print
        mov     si, text_newline
        jmp     print
.strange:
        mov     si, text_strange
        jmp     print
.failed:
        push    ax
        mov     si, text_failed
        call    print
        pop     ax
        mov     al, ah                  ; the BIOS leaves its error code in AH
        call    print_hex
        mov     si, text_newline
        jmp     print

; Prints the characters at DS:SI up to a zero byte.
print:
        lodsb
        test    al, al
        jz      .end
        call    print_character
        jmp     print
.end:
        ret

; Prints AL as two hexadecimal digits.
print_hex:
        push    ax
        shr     al, 4
        call    .digit
        pop     ax
        and     al, 0x0F
.digit:
        add     al, '0'
        cmp     al, '9'
        jbe     print_character
        add     al, 'A' - '9' - 1
        ; falls into print_character

; Prints AL on the screen and on the serial port.
print_character:
        pushad                          ; old BIOSes change registers in int 10h
        mov     ah, 0x0E                ; teletype output
        mov     bx, 0x0007              ; page 0, light grey
        int     0x10
        popad
        ; falls into serial_character

; Sends AL on the serial port. The wait is bounded: without a listener, or without a port, the program goes on.
serial_character:
        push    ax
        push    cx
        push    dx
        mov     ah, al
        mov     cx, 0xFFFF
        mov     dx, COM1 + 5            ; line status register
.wait:
        in      al, dx
        test    al, 0x20                ; bit 5: the transmitter can take a byte
        loopz   .wait
        mov     dx, COM1
        mov     al, ah
        out     dx, al
        pop     dx
        pop     cx
        pop     ax
        ret

; 115200 bits per second, 8 data bits, no parity, 1 stop bit.
serial_setup:
        mov     si, serial_values
        mov     cx, (serial_values_end - serial_values) / 2
.next:
        lodsw                           ; AL: register, AH: value
        mov     dx, COM1
        add     dl, al
        mov     al, ah
        out     dx, al
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

text_token      db 13, 10, 'INPLACE-DEMO-BIOS', 13, 10, 0
text_short      db 'Only a part of this program was loaded: the boot catalog entry must say 8 sectors.', 13, 10, 0
text_label      db 'The disc can be read; its label is ', 0
text_strange    db 'Sector 16 of the disc is no ISO 9660 volume descriptor.', 13, 10, 0
text_failed     db 'The disc cannot be read: the BIOS reports error ', 0
text_demo       db 'This disc was made by the inplace demo. There is no Windows on it and nothing was changed.', 13, 10
                db 'Take it out and press a key to restart.', 13, 10, 0
text_newline    db 13, 10, 0
drive           db 0

        align   4
address_packet:                         ; EDD 1.1: disk address packet
        db      16, 0                   ; its size; reserved
        dw      1                       ; number of sectors (2048 bytes each on a disc)
        dw      BUFFER, 0               ; to offset, segment
        dq      16                      ; from this sector

        times   PROGRAM_BYTES - 4 - ($ - $$) db 0
last_bytes      db 'DEMO'
