; mbr.asm: the boot program of the disk, in the first 440 bytes of its first sector (the Master Boot Record).
;
; What it is. A BIOS reads the first sector of a disk to 0000:7C00 and jumps there with the drive number in DL. Behind our 440 bytes lie the
; disk signature and, from byte 446 on, four partition records of 16 bytes.
;
; What it does. Moves itself to 0000:0600, looks for the one partition that is marked active, reads its first sector (the boot record) to
; 0000:7C00 and jumps there, with DL as it came and DS:SI at the partition record, as every MBR since 1983 does. Only the extended calls of the
; BIOS (EDD, sector numbers instead of cylinders) are used: each BIOS that starts from USB has them.
;
; Assemble:  nasm -f bin -o mbr.bin mbr.asm      (test/formats/boot-code.test.ts proves that the two belong together)
;
; Sources: UEFI 2.10 table 5.1 and 5.2 (the layout), EDD 1.1 (int 13h/41h and 42h), IBM BIOS int 10h/0Eh.

        bits    16
        org     0x0600

RECORDS         equ 0x0600 + 446        ; the four partition records, where this program runs
RECORD_SIZE     equ 16
ACTIVE          equ 0x80                ; first byte of the active partition's record
BOOT_RECORD     equ 0x7C00

        cli                             ; no interrupt may come while the stack moves
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, BOOT_RECORD         ; the stack grows down from the boot record
        sti
        cld
        mov     si, BOOT_RECORD
        mov     di, 0x0600
        mov     cx, 512 / 2
        rep     movsw
        jmp     0x0000:moved

moved:
        test    dl, 0x80                ; some BIOSes leave nonsense in DL; disks begin at 80h
        jnz     .drive_known
        mov     dl, 0x80
.drive_known:
        mov     si, RECORDS
.look:
        cmp     byte [si], ACTIVE
        je      .found
        add     si, RECORD_SIZE
        cmp     si, RECORDS + 4 * RECORD_SIZE
        jb      .look
        mov     si, text_none
        jmp     fail

.found:
        push    si
        push    dx
        mov     ah, 0x41                ; are the extended calls there?
        mov     bx, 0x55AA
        int     0x13
        pop     dx
        jc      .no_extensions
        cmp     bx, 0xAA55
        jne     .no_extensions
        pop     si
        mov     eax, [si + 8]           ; the partition's first sector
        mov     [packet.sector], eax

        mov     cx, 3                   ; disks that have just been started may need several tries
.try:
        push    cx
        push    si
        push    dx
        mov     ah, 0x42                ; extended read: DS:SI is a disk address packet
        mov     si, packet
        int     0x13
        pop     dx
        pop     si
        pop     cx
        jnc     .read
        push    dx
        xor     ax, ax                  ; reset the disk
        int     0x13
        pop     dx
        loop    .try
        mov     si, text_unreadable
        jmp     fail

.read:
        cmp     word [BOOT_RECORD + 510], 0xAA55
        mov     bp, si                  ; some boot records look for it in DS:BP
        je      .start
        mov     si, text_no_record
        jmp     fail
.start:
        jmp     0x0000:BOOT_RECORD

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

text_none       db 'No partition of this disk is active', 13, 10, 0
text_unreadable db 'The active partition cannot be read', 13, 10, 0
text_no_record  db 'The active partition has no boot record', 13, 10, 0
text_old        db 'This BIOS reads disks only by cylinder', 13, 10, 0

        align   4, db 0
packet:                                 ; EDD 1.1: disk address packet
        db      16, 0                   ; its size; reserved
        dw      1                       ; number of sectors
        dw      BOOT_RECORD, 0x0000     ; to offset, segment
.sector dq      0

        times   440 - ($ - $$) db 0     ; up to the disk signature
