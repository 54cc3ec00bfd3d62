/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Unicorn alone, as a yardstick for `ffasim bench`: the loops of sps/aarch64/mix.S without time and
 * SPMC, with no hook or with an empty one for each block, and SVCs that an empty hook serves. And
 * which Unicorn it is.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine.h"

#define CODE_VA 0x40000000ull
#define DATA_VA 0x40010000ull
#define PAGE_BYTES 4096
#define LOOP_WORDS 11

/* For `ffasim bench`, which finds them by number. */
static const struct loop {
	uint32_t turn_insns, end; /* index of the instruction it is run up to */
	uint32_t code[LOOP_WORDS];
} loops[] = {
	{10,
	 10,
	 {
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
	{10,
	 10,
	 {
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
	{8,
	 3,
	 {
		 0x94000004, /* bl callee */
		 0xd1000400, /* sub x0, x0, #1 */
		 0xb5ffffc0, /* cbnz x0, code */
		 0xd503201f, /* nop */
		 0x8b020021, /* callee: add x1, x1, x2 */
		 0xca010042, /* eor x2, x2, x1 */
		 0x8b010063, /* add x3, x3, x1 */
		 0xcb030084, /* sub x4, x4, x3 */
		 0xd65f03c0, /* ret */
	 }},
};

/* movz w0, #0x69; movk w0, #0x8400, lsl #16; svc #0; sub x19, x19, #1; cbnz x19, -4; brk #0 */
static const uint32_t svcs[] = {0x52800d20, 0x72b08000, 0xd4000001,
				0xd1000673, 0xb5ffff93, 0xd4200000};

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

static void empty_block(uc_engine *uc, uint64_t address, uint32_t bytes, void *ctx) {}

static void empty_svc(uc_engine *uc, uint32_t number, void *ctx)
{
	if (number != ENGINE_EXC_SVC) /* the end */
		uc_emu_stop(uc);
}

static bool no_memory(uc_engine *uc, uc_mem_type type, uint64_t address, int bytes, int64_t value,
		      void *ctx)
{
	return false;
}

static void nothing_absent(uc_engine *uc, uint64_t address, uint32_t bytes, void *ctx) {}

static const struct engine_hooks empty_hooks = {.block = empty_block,
						.exception = empty_svc,
						.memory = no_memory,
						.absent = nothing_absent};

/* Microseconds for @insns instructions of a loop, with a hook for each block or without; 0 when
 * there is no engine. */
__attribute__((visibility("default"))) double ffasim_el0_plain_us(uint64_t insns, unsigned number,
								  bool hooked)
{
	static uint64_t data[PAGE_BYTES / 8] __attribute__((aligned(PAGE_BYTES)));
	const struct loop *loop = &loops[number];
	uint64_t turns = insns / loop->turn_insns, data_va = DATA_VA;
	uc_engine *uc;
	uc_hook hook;
	double t0;

	if (uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &uc))
		return 0;
	uc_ctl_set_cpu_model(uc, UC_CPU_ARM64_MAX);
	uc_mem_map(uc, CODE_VA, PAGE_BYTES, UC_PROT_READ | UC_PROT_EXEC);
	uc_mem_map_ptr(uc, DATA_VA, PAGE_BYTES, UC_PROT_READ | UC_PROT_WRITE, data);
	uc_mem_write(uc, CODE_VA, loop->code, sizeof(loop->code));
	uc_reg_write(uc, UC_ARM64_REG_X0, &turns);
	uc_reg_write(uc, UC_ARM64_REG_X1, &data_va);
	if (hooked)
		uc_hook_add(uc, &hook, UC_HOOK_BLOCK, empty_block, NULL, 1, 0);
	t0 = now_us();
	uc_emu_start(uc, CODE_VA, CODE_VA + 4 * loop->end, 0, 0);
	t0 = now_us() - t0;
	uc_close(uc);
	return t0;
}

/* Microseconds for as many SVCs, in an engine as SPs have it. */
__attribute__((visibility("default"))) double ffasim_el0_svcs_us(uint64_t count)
{
	struct engine *e = engine_take(&empty_hooks, NULL);
	double t0 = 0;

	if (!e)
		return 0;
	if (!uc_mem_map(e->uc, CODE_VA, PAGE_BYTES, UC_PROT_READ | UC_PROT_EXEC)) {
		uc_mem_write(e->uc, CODE_VA, svcs, sizeof(svcs));
		uc_reg_write(e->uc, UC_ARM64_REG_X19, &count);
		t0 = now_us();
		engine_run(e, CODE_VA, 0);
		t0 = now_us() - t0;
		uc_mem_unmap(e->uc, CODE_VA, PAGE_BYTES);
	}
	engine_give(e);
	return t0;
}
