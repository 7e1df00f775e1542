; watch.asm: stands in the first sector of a disk in place of the MBR's program, which it finds in sector 1. It tells every extended read of the
; BIOS (int 13h/42h) over the first serial port before it is done, one a line:  READ segment:offset sectors sector
        bits    16
        org     0x7C00

COM1     equ    0x3F8
RESIDENT equ    0x1000                  ; below the stack of what is watched, above the MBR's own copy
MBR      equ    0x2000
VECTOR   equ    0x13 * 4

        cli
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 0x7C00
        sti
        cld
        mov     ah, 0x42
        mov     si, packet
        int     0x13
        jc      $
        mov     si, 0x7C00
        mov     di, RESIDENT
        mov     cx, 256
        rep     movsw
        cli
        mov     eax, [VECTOR]
        mov     [RESIDENT + old - $$], eax
        mov     word [VECTOR], RESIDENT + watch - $$
        mov     word [VECTOR + 2], 0
        sti
        jmp     0x0000:RESIDENT + start - $$

; from here on it runs at RESIDENT: jumps and calls are relative, and addresses are made so
start:
        mov     si, MBR                 ; over the program that was here
        mov     di, 0x7C00
        mov     cx, 440 / 2
        rep     movsw
        jmp     0x0000:0x7C00

watch:
        cmp     ah, 0x42
        jne     .done
        pushf
        cld
        pushad
        mov     di, text - $$ + RESIDENT
.name:
        mov     al, [cs:di]
        inc     di
        test    al, al
        jz      .fields
        call    print_character
        jmp     .name
.fields:
        mov     ax, [si + 6]
        call    print_word
        mov     al, ':'
        call    print_character
        mov     ax, [si + 4]
        call    print_word
        mov     al, ' '
        call    print_character
        mov     ax, [si + 2]
        call    print_word
        mov     al, ' '
        call    print_character
        mov     ax, [si + 10]
        call    print_word
        mov     ax, [si + 8]
        call    print_word
        mov     al, 10
        call    print_character
        popad
        popf
.done:
        jmp     far [cs:RESIDENT + old - $$]

print_word:
        mov     cx, 4
.digit:
        rol     ax, 4
        push    ax
        and     al, 15
        add     al, '0'
        cmp     al, '9'
        jbe     .print
        add     al, 'A' - '9' - 1
.print:
        call    print_character
        pop     ax
        loop    .digit
        ret

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

text    db      'READ ', 0
old     dd      0
packet  db      16, 0
        dw      1, MBR, 0x0000
        dq      1

        times   440 - ($ - $$) db 0
