; bootmgr.asm: a stand-in for BOOTMGR. The boot record loads it whole to 2000:0000 and enters it there; it checks, over the first serial port,
; what the boot record promises: its own last byte, the drive number in DL, and the boot record with its BPB at 0000:7C00.
; Assemble with -DBYTES=n for its size.
        bits    16
        org     0

COM1    equ     0x3F8

        jmp     0x2000:start
start:
        mov     ax, cs
        mov     ds, ax
        mov     [drive], dl
        mov     si, text_start
        call    print
        mov     al, [drive]
        call    print_byte
        mov     si, text_hidden
        call    print
        xor     ax, ax
        mov     es, ax
        cmp     dword [es:0x7C00 + 82], 'FAT3'  ; BS_FilSysType
        jne     wrong
        mov     eax, [es:0x7C00 + 28]           ; BPB_HiddSec
        mov     cx, 4
.next:
        rol     eax, 8
        push    eax
        call    print_byte
        pop     eax
        loop    .next
        ; every paragraph begins with its own number, so one that was read to the wrong place shows
        mov     bx, 0x2000 + FIRST / 16
        mov     cx, (BYTES - 1 - FIRST) / 16
.paragraph:
        mov     es, bx
        cmp     [es:0], bx
        jne     wrong
        inc     bx
        loop    .paragraph
        mov     bx, 0x2000 + (BYTES - 1) / 16
        mov     es, bx
        cmp     byte [es:(BYTES - 1) % 16], 0xA7
        jne     wrong
        mov     si, text_whole
        jmp     .end
.end:
        call    print
stop:
        hlt
        jmp     stop
wrong:
        mov     si, text_wrong
        call    print
        jmp     stop

print:
        lodsb
        test    al, al
        jz      .end
        call    print_character
        jmp     print
.end:
        ret

print_byte:
        push    ax
        shr     al, 4
        call    .digit
        pop     ax
        and     al, 15
.digit:
        add     al, '0'
        cmp     al, '9'
        jbe     print_character
        add     al, 'A' - '9' - 1
print_character:
        push    dx
        push    ax
        mov     dx, COM1 + 5
.wait:
        in      al, dx
        test    al, 0x20
        jz      .wait
        mov     dx, COM1
        pop     ax
        out     dx, al
        pop     dx
        ret

text_start      db 'BOOTMGR-STAND-IN drive=', 0
text_hidden     db ' hidden=', 0
text_whole      db ' WHOLE', 13, 10, 0
text_wrong      db ' WRONG', 13, 10, 0
drive           db 0

        align   16, db 0
FIRST   equ     $ - $$
%assign paragraph 0x2000 + FIRST / 16
%rep (BYTES - 1 - FIRST) / 16
        dw      paragraph
        times   14 db 0
%assign paragraph paragraph + 1
%endrep
        times   BYTES - 1 - ($ - $$) db 0
        db      0xA7
