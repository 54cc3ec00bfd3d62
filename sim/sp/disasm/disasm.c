/* SPDX-License-Identifier: BSD-3-Clause */
/* See disasm.h. What Capstone does not know is shown as a word. */
#include "sp/disasm/disasm.h"

#include <capstone/capstone.h>
#include <stdio.h>

__attribute__((visibility("default"))) disassemble_fn ffasim_disassemble;

void ffasim_disassemble(uint32_t insn, uint64_t address, char *text, size_t bytes)
{
	static csh handle;
	cs_insn *out;
	const size_t n = handle || !cs_open(CS_ARCH_ARM64, CS_MODE_ARM, &handle)
				 ? cs_disasm(handle, (const uint8_t *)&insn, 4, address, 1, &out)
				 : 0;

	if (!n) {
		snprintf(text, bytes, ".inst   0x%08x", insn);
		return;
	}
	snprintf(text, bytes, out->op_str[0] ? "%-7s %s" : "%s", out->mnemonic, out->op_str);
	cs_free(out, n);
}
