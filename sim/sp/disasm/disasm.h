/* SPDX-License-Identifier: BSD-3-Clause */
/* One AArch64 instruction as text, by Capstone. */
#ifndef FFASIM_SP_DISASM_H
#define FFASIM_SP_DISASM_H

#include <stddef.h>
#include <stdint.h>

/* The module disasm.backend.so exports one of these. */
typedef void disassemble_fn(uint32_t insn, uint64_t address, char *text, size_t bytes);
#define DISASSEMBLE_SYMBOL "ffasim_disassemble"

#endif
