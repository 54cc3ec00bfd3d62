/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cost table: virtual nanoseconds charged per operation. Time is charged, never measured. The
 * values are orders of magnitude of a mid-range Cortex-A; scenarios override any of them
 * (machine.cost.NAME). Names end up in `ffasim points`.
 */
#ifndef FFASIM_SOC_COST_H
#define FFASIM_SOC_COST_H

#include <stdint.h>

#define COST_TABLE(X)                                                                              \
	X(smc, 300, "SMC instruction and EL3 relay, one way")                                      \
	X(world_switch, 200, "save and restore of one world's registers")                          \
	X(spmc_service, 400, "SPMC handling one call")                                             \
	X(sp_enter, 300, "ERET to S-EL0 and back, map switch")                                     \
	X(svc, 100, "SVC from S-EL0 into the SPMC")                                                \
	X(syscall, 150, "Linux system call entry and exit")                                        \
	X(context_switch, 1000, "Linux context switch")                                            \
	X(irq_entry, 250, "Linux interrupt entry and exit")                                        \
	X(tick, 1500, "Linux tick handler")                                                        \
	X(lock, 20, "uncontended lock operation")                                                  \
	X(cpu_relax, 40, "one turn of a waiting loop")                                             \
	X(alloc, 60, "kernel allocation")                                                          \
	X(page_map, 250, "mapping or unmapping one page")                                          \
	X(copy_per_kib, 60, "user copy, per KiB")                                                  \
	X(wakeup, 300, "waking a task")                                                            \
	X(console_line, 5000000, "a line on the secure console, at 115,200 baud")                  \
	X(ipi, 500, "inter-processor interrupt flight")                                            \
	X(backtrace_poll, 1000000, "one of 10,000 turns of the wait for another CPU's backtrace")  \
	X(guest_insn, 1, "one instruction of an AArch64 SP")                                       \
	X(module_code, 4,                                                                          \
	  "one memory access of an instrumented driver or SP and the code around it")

struct cost_table {
#define COST_FIELD(name, ns, doc) uint64_t name##_ns;
	COST_TABLE(COST_FIELD)
#undef COST_FIELD
};

void cost_init(struct cost_table *cost);
/* Sets one entry by name; -ENOENT when there is none. */
int cost_set(struct cost_table *cost, const char *name, uint64_t ns);

#endif
