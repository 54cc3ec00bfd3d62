/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The AArch64 code around an event: a few instructions on both sides of where the partition on that
 * PE is. Behind an SVC it stands at the instruction that follows.
 * Not modelled: code of a partition that has left this PE for another one meanwhile.
 */
#include "host/code.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <string.h>

#include "host/world.h"
#include "sp/disasm/disasm.h"
#include "sp/ec.h"

#define BEFORE 4
#define AFTER 4

struct epat *code_pattern(struct scn *s, const char *text, struct diag *d)
{
	static struct ynode node = {.file = "--code"};
	struct epat *p = epat_parse_text(&s->pool, &node, text, s->mach.pes, d);

	if (!p || !guest_point_check(p, d))
		return NULL;
	p->next = s->patterns;
	s->patterns = p;
	return p;
}

static void as_number(uint32_t insn, uint64_t address, char *text, size_t bytes)
{
	snprintf(text, bytes, ".inst   0x%08x", insn);
}

static disassemble_fn *disassembler(void)
{
	static disassemble_fn *fn;
	const char *path;
	void *handle;

	if (fn)
		return fn;
	path = world_find_file("backend", "disasm.backend.so");
	handle = path ? dlopen(path, RTLD_LAZY | RTLD_LOCAL) : NULL;
	fn = handle ? (disassemble_fn *)dlsym(handle, DISASSEMBLE_SYMBOL) : NULL;
	if (!fn)
		fn = as_number;
	return fn;
}

void code_show(FILE *out, const struct trace_rec *rec)
{
	const struct ec *ec = rec->pe < machine->pe_count ? ec_last(&machine->pe[rec->pe]) : NULL;
	char text[96];
	uint64_t pc;

	if (!ec || !ec->ops->pc)
		return;
	pc = ec->ops->pc(ec);
	for (uint64_t at = pc - 4 * BEFORE; at != pc + 4 * (AFTER + 1); at += 4) {
		const uint32_t *insn = ec_va(ec, at, 4, EC_MAP_X);
		uint64_t distance;
		const char *name;

		if (!insn)
			continue;
		disassembler()(*insn, at, text, sizeof(text));
		name = ec->ops->symbol(ec, at, &distance);
		fprintf(out, "%17s%c %08" PRIx64 "  ", "", at == pc ? '>' : ' ', at);
		if (name)
			fprintf(out, "%s+0x%-5" PRIx64 " ", name, distance);
		fprintf(out, "%s\n", text);
	}
}
