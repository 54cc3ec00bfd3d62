/* SPDX-License-Identifier: BSD-3-Clause */
/* The loops of torture_alu and torture_store (sps/aarch64/mix.S) in Unicorn alone, as yardsticks
 * for `ffasim bench`: no hook, no time, no SPMC. And which Unicorn it is. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine.h"

#define CODE_VA 0x40000000ull
#define DATA_VA 0x40010000ull
#define PAGE_BYTES 4096
#define TURN_INSNS 10

struct loop {
	uint32_t code[TURN_INSNS + 1]; /* one more: it is run up to there */
};

static const struct loop loops[] = {
	{{
		0x8b020021, /* add x1, x1, x2 */
		0xca010042, /* eor x2, x2, x1 */
		0x8b010063, /* add x3, x3, x1 */
		0xcb030084, /* sub x4, x4, x3 */
		0xaa0400a5, /* orr x5, x5, x4 */
		0x8b0500c6, /* add x6, x6, x5 */
		0xca0600e7, /* eor x7, x7, x6 */
		0x91000508, /* add x8, x8, #1 */
		0xd1000400, /* sub x0, x0, #1 */
		0xb5fffee0, /* cbnz x0, code */
		0xd503201f, /* nop */
	}},
	{{
		0xf9400022, /* ldr x2, [x1] */
		0xf9400423, /* ldr x3, [x1, #8] */
		0x8b020084, /* add x4, x4, x2 */
		0xca0300a5, /* eor x5, x5, x3 */
		0x8b0400c6, /* add x6, x6, x4 */
		0xaa0500e7, /* orr x7, x7, x5 */
		0xf9000826, /* str x6, [x1, #16] */
		0xf9000c27, /* str x7, [x1, #24] */
		0xd1000400, /* sub x0, x0, #1 */
		0xb5fffee0, /* cbnz x0, code */
		0xd503201f, /* nop */
	}},
};

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

__attribute__((visibility("default"))) const char *ffasim_el0_version(void)
{
	static char text[48];
	const unsigned v = uc_version(NULL, NULL);

	snprintf(text, sizeof(text), "Unicorn %u.%u.%u", v >> 24, v >> 16 & 0xff, v >> 8 & 0xff);
	return text;
}

/* Microseconds for @insns instructions, with or without @stores; 0 when there is no engine. */
__attribute__((visibility("default"))) double ffasim_el0_plain_us(uint64_t insns, bool stores)
{
	static uint64_t data[PAGE_BYTES / 8] __attribute__((aligned(PAGE_BYTES)));
	const struct loop *loop = &loops[stores];
	uint64_t turns = insns / TURN_INSNS, data_va = DATA_VA;
	uc_engine *uc;
	double t0;

	if (uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &uc))
		return 0;
	uc_ctl_set_cpu_model(uc, UC_CPU_ARM64_MAX);
	uc_mem_map(uc, CODE_VA, PAGE_BYTES, UC_PROT_READ | UC_PROT_EXEC);
	uc_mem_map_ptr(uc, DATA_VA, PAGE_BYTES, UC_PROT_READ | UC_PROT_WRITE, data);
	uc_mem_write(uc, CODE_VA, loop->code, sizeof(loop->code));
	uc_reg_write(uc, UC_ARM64_REG_X0, &turns);
	uc_reg_write(uc, UC_ARM64_REG_X1, &data_va);
	t0 = now_us();
	uc_emu_start(uc, CODE_VA, CODE_VA + 4 * TURN_INSNS, 0, 0);
	t0 = now_us() - t0;
	uc_close(uc);
	return t0;
}
