/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The calls of ffasim/partition.h for guest code: what a native SP is given by the simulator, this
 * code does with instructions. The same SP sources are built on both.
 *
 * The registers that ffasim_sp_regs() shows are an image: the work loop fills the real ones from
 * it, runs with them in place and stores them back, and so does an SVC with x19-x30. A register
 * that the SPMC loses is therefore seen by an SP that compares the image with what it laid. Differs
 * from native SPs: el0_ns counts the work asked for, not all instructions; a log line goes to the
 * secure console.
 */
#include <stdio.h>
#include <string.h>

#include "ffasim/partition.h"

#define HEAP_PAGES 64
#define PAGE_BYTES 4096u
#define STATE_BYTES 65536u
#define OPTIONS_BYTES 1024u
#define STACK_BYTES 65536u
/* Instructions of one turn of guest_spin_loop. */
#define TURN_INSNS 16u

extern const struct ffasim_sp_image ffasim_sp_image;

void guest_svc(struct smc_regs *regs, struct pe_regs *image);
void guest_spin(struct pe_regs *image, uint64_t turns);
void guest_main(uint64_t boot_info_va);

_Static_assert(offsetof(struct pe_regs, v) == 248, "start.S");
_Static_assert(offsetof(struct pe_regs, tpidr_el0) == 760, "start.S");
_Static_assert(offsetof(struct pe_regs, nzcv) == 784, "start.S");

/* Filled in by the loader. */
uint64_t ffasim_insn_ns = 1;
char ffasim_options[OPTIONS_BYTES] = {0};

/* uuid, stack size, flags, reserved */
__attribute__((section(".sp_head"), used)) static const struct {
	uint8_t uuid[16];
	uint32_t stack_bytes, flags;
	uint64_t reserved;
} sp_head = {.stack_bytes = STACK_BYTES};

static struct ffasim_sp {
	struct pe_regs regs;
	uint64_t worked_ns;
	unsigned heap_used;
	struct smc_regs reentry;
} self;

static uint64_t state[STATE_BYTES / 8];
static uint8_t heap[HEAP_PAGES][PAGE_BYTES] __attribute__((aligned(4096)));

/* GCC wants this name only when it inlines nothing; kept out of the way of tail calls. */
void guest_main(uint64_t boot_info_va)
{
	ffasim_sp_image.main(&self, boot_info_va);
}

void *ffasim_sp_state(struct ffasim_sp *sp)
{
	return ffasim_sp_image.state_bytes <= sizeof(state) ? state : NULL;
}

const char *ffasim_sp_name(const struct ffasim_sp *sp)
{
	return ffasim_sp_image.name;
}

const char *ffasim_sp_option(const struct ffasim_sp *sp, const char *key)
{
	const size_t n = strlen(key);

	for (const char *o = ffasim_options; *o; o += strlen(o) + 1)
		if (!strncmp(o, key, n) && o[n] == '=')
			return o + n + 1;
	return NULL;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

uint64_t ffasim_sp_option_u64(const struct ffasim_sp *sp, const char *key, uint64_t otherwise)
{
	static const struct {
		char suffix[4];
		uint64_t factor;
	} units[] = {{"", 1},	      {"ns", 1},	 {"us", 1000},
		     {"ms", 1000000}, {"s", 1000000000}, {"min", 60000000000}};
	const char *text = ffasim_sp_option(sp, key);
	const int base = text && text[0] == '0' && text[1] == 'x' ? 16 : 10;
	uint64_t value = 0;

	if (!text)
		return otherwise;
	text += base == 16 ? 2 : 0;
	if (digit(*text) >= base)
		return otherwise;
	for (; digit(*text) < base; text++)
		value = value * (unsigned)base + (unsigned)digit(*text);
	for (unsigned i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(text, units[i].suffix))
			return value * units[i].factor;
	return otherwise;
}

void ffasim_sp_svc(struct ffasim_sp *sp, struct smc_regs *regs)
{
	guest_svc(regs, &self.regs);
	self.reentry = *regs;
}

void ffasim_sp_work_ns(struct ffasim_sp *sp, uint64_t ns)
{
	const uint64_t turn_ns = ffasim_insn_ns * TURN_INSNS;
	const uint64_t turns = (ns + turn_ns - 1) / turn_ns, x0 = self.regs.x[0];

	if (!turns)
		return;
	guest_spin(&self.regs, turns);
	self.regs.x[0] = self.regs.x[0] ? ~x0 : x0;
	self.worked_ns += turns * turn_ns;
}

uint64_t ffasim_sp_el0_ns(const struct ffasim_sp *sp)
{
	return self.worked_ns;
}

struct pe_regs *ffasim_sp_regs(struct ffasim_sp *sp)
{
	return &self.regs;
}

/* Whether it is mapped shows when it is touched. */
void *ffasim_sp_va(struct ffasim_sp *sp, uint64_t va, size_t len_bytes, bool write)
{
	return (void *)va;
}

uint64_t ffasim_sp_alloc_pages(struct ffasim_sp *sp, unsigned pages)
{
	const unsigned at = self.heap_used;

	if (!pages || pages > HEAP_PAGES - at)
		return 0;
	self.heap_used += pages;
	return (uint64_t)heap[at];
}

/* Does what the fault is called after. Never comes back: a dead SP that is entered again goes on
 * after its last SVC. */
void ffasim_sp_crash(struct ffasim_sp *sp, enum ffasim_sp_fault fault, uint64_t addr)
{
	uint64_t value;

	switch (fault) {
	case FFASIM_SP_DATA_ABORT:
		*(volatile uint64_t *)addr;
		break;
	case FFASIM_SP_INSN_ABORT:
		((void (*)(void))addr)();
		break;
	case FFASIM_SP_ALIGNMENT:
		__asm__ volatile("ldxr %0, [%1]" : "=r"(value) : "r"((char *)&self + 1));
		break;
	case FFASIM_SP_BRK:
		__asm__ volatile("brk #0");
		break;
	case FFASIM_SP_SYSREG:
		__asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
		break;
	default:
		break;
	}
	for (;;)
		__asm__ volatile(".inst 0");
}

const struct smc_regs *ffasim_sp_reentry_regs(const struct ffasim_sp *sp)
{
	return &self.reentry;
}

void ffasim_sp_log(struct ffasim_sp *sp, const char *fmt, ...)
{
	char text[48];
	struct smc_regs r = {.x = {0xc400008a}};
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	r.x[1] = (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;
	memcpy(&r.x[2], text, sizeof(text));
	ffasim_sp_svc(sp, &r);
}
