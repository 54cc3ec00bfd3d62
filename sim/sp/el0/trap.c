/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Instructions that trap at S-EL0, register by register, as the S-EL1 SPMC has them: it enables
 * neither counters nor cache maintenance by address for SPs, so nearly all are the end of the SP
 * (optee.md 4). The physical counter may be enabled by a control register of the PE (os #7940);
 * it then shows virtual time. Also the crash report.
 */
#include <stdio.h>
#include <string.h>

#include "el0.h"

/* Counter frequency: that of the customary platforms. */
#define COUNTER_HZ 62500000ull

enum policy { FAULT, COUNTER, FREQUENCY };

static const struct {
	uint32_t insn; /* with Rt = 0 */
	const char *name;
	enum policy policy;
} trapped[] = {
	{0xd53be020, "CNTPCT_EL0", COUNTER}, {0xd53be000, "CNTFRQ_EL0", FREQUENCY},
	{0xd53be040, "CNTVCT_EL0", FAULT},   {0xd53b0020, "CTR_EL0", FAULT},
	{0xd50b7420, "DC ZVA", FAULT},	     {0xd50b7a20, "DC CVAC", FAULT},
	{0xd50b7b20, "DC CVAU", FAULT},	     {0xd50b7e20, "DC CIVAC", FAULT},
	{0xd50b7520, "IC IVAU", FAULT},	     {0xd53b2400, "RNDR", FAULT},
	{0xd53b4220, "DAIF", FAULT},	     {0xd53be220, "CNTP_CTL_EL0", FAULT},
	{0xd53be320, "CNTV_CTL_EL0", FAULT},
};

static uint64_t counter(const struct el0 *el0)
{
	const uint64_t ns = pe_self()->now_ns + el0->owed * el0_insn_ns();

	return ns / 1000000000 * COUNTER_HZ + ns % 1000000000 * COUNTER_HZ / 1000000000;
}

bool el0_emulate(struct el0 *el0, enum ffasim_sp_fault *fault, const char **text)
{
	const uint32_t *at = ec_va(&el0->ec, el0->place.pc, 4, EC_MAP_X);
	struct pe *pe = pe_self();
	uint64_t value;
	uint32_t rt;

	if (!at || (*at & 0xffc00000) != 0xd5000000)
		return false;
	*fault = FFASIM_SP_SYSREG;
	*text = "trapped system register";
	for (size_t i = 0; i < sizeof(trapped) / sizeof(trapped[0]); i++) {
		if ((*at & ~31u) != trapped[i].insn)
			continue;
		*text = trapped[i].name;
		if (trapped[i].policy == FAULT || !pe->el0_counter)
			return false;
		rt = *at & 31;
		value = trapped[i].policy == COUNTER ? counter(el0) : COUNTER_HZ;
		if (rt < 31)
			pe->regs.x[rt] = value;
		TRACE(&machine->trace, trace_guest_sysreg, el0->ec.who,
		      trace_intern(trapped[i].name), value, el0->place.pc);
		el0->place.pc += 4;
		return true;
	}
	return false;
}

#define DUMP_WORDS 8

static void describe_code(const struct el0 *el0, uint64_t pc, char *text, size_t room)
{
	uint64_t d;
	const char *name =
		pc >= el0->load_va ? gimage_symbol_at(&el0->image, pc - el0->load_va, &d) : NULL;

	if (name)
		snprintf(text, room, "%s+0x%llx", name, (unsigned long long)d);
	else
		snprintf(text, room, "0x%llx", (unsigned long long)pc);
}

/* Of a stack that overflowed, what is on it. */
static uint64_t stack_shown(const struct el0 *el0)
{
	const uint64_t sp = el0->place.sp & ~7ull, low = el0->stack_low;

	return low && sp < low && sp >= low - PHYS_PAGE_BYTES ? low : sp;
}

void el0_describe(struct ec *ec, void (*put)(void *ctx, const char *line), void *ctx)
{
	const struct el0 *el0 = el0_of(ec);
	const struct pe_regs *r = &el0->fault_regs;
	char line[120], where[64];

	describe_code(el0, el0->place.pc, where, sizeof(where));
	snprintf(line, sizeof(line), "%s at %s", el0->fault_text, where);
	put(ctx, line);
	snprintf(line, sizeof(line), "pc %016llx sp %016llx nzcv %x load 0x%llx",
		 (unsigned long long)el0->place.pc, (unsigned long long)el0->place.sp,
		 (unsigned)(r->nzcv >> 28), (unsigned long long)el0->load_va);
	put(ctx, line);
	for (unsigned i = 0; i < 31; i += 4) {
		int n = 0;

		for (unsigned k = i; k < i + 4 && k < 31; k++)
			n += snprintf(line + n, sizeof(line) - (size_t)n, "%sx%-2u %016llx",
				      k == i ? "" : "  ", k, (unsigned long long)r->x[k]);
		put(ctx, line);
	}
	for (unsigned i = 0; i < DUMP_WORDS; i += 2) {
		const uint64_t va = stack_shown(el0) + 8ull * i;
		const uint64_t *word = ec_va(ec, va, 16, EC_MAP_R);

		if (!word)
			break;
		snprintf(line, sizeof(line), "stack %016llx: %016llx %016llx",
			 (unsigned long long)va, (unsigned long long)word[0],
			 (unsigned long long)word[1]);
		put(ctx, line);
	}
}
