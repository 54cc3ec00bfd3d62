/* SPDX-License-Identifier: BSD-3-Clause */
/* The loop of torture_alu (sps/aarch64/mix.S) in Unicorn alone, as a yardstick for `ffasim bench`:
 * no hook, no time, no SPMC. */
#include <string.h>
#include <time.h>

#include "engine.h"

#define CODE_VA 0x40000000ull
#define TURN_INSNS 10

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Microseconds for @insns instructions; 0 when there is no engine. */
__attribute__((visibility("default"))) double ffasim_el0_plain_us(uint64_t insns)
{
	static const uint32_t code[] = {
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
	};
	uint64_t turns = insns / TURN_INSNS;
	uc_engine *uc;
	double t0;

	if (uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &uc))
		return 0;
	uc_ctl_set_cpu_model(uc, UC_CPU_ARM64_MAX);
	uc_mem_map(uc, CODE_VA, 4096, UC_PROT_READ | UC_PROT_EXEC);
	uc_mem_write(uc, CODE_VA, code, sizeof(code));
	uc_reg_write(uc, UC_ARM64_REG_X0, &turns);
	t0 = now_us();
	uc_emu_start(uc, CODE_VA, CODE_VA + 4 * TURN_INSNS, 0, 0);
	t0 = now_us() - t0;
	uc_close(uc);
	return t0;
}
