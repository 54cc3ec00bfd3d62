/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a native Secure Partition sees: an S-EL0 program's world, in C.
 *
 * An SP is a shared object that defines one FFASIM_SP_IMAGE(). Its main function is entered once,
 * at boot, as real SP code is: it sets itself up, calls FFA_MSG_WAIT and serves messages for ever.
 * All its state lives in memory the machine owns (ffasim_sp_state()): an SP has no mutable globals,
 * so that a machine resets without reloading it.
 *
 * An SP cannot see or refuse preemption: any ffasim_sp_work_ns(), ffasim_sp_svc() or instrumented
 * access may be where a Non-secure interrupt takes the PE away, and the next line may run on
 * another PE, much later.
 */
#ifndef FFASIM_PARTITION_H
#define FFASIM_PARTITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "soc/machine.h"

struct ffasim_sp;

struct ffasim_sp_image {
	uint32_t abi; /* FFASIM_SP_ABI */
	const char *name;
	size_t state_bytes; /* zeroed at boot */
	void (*main)(struct ffasim_sp *sp, uint64_t boot_info_va);
	/* Entry of further contexts, at FFASIM_SP_SECONDARY_VA for SECONDARY_EP_REGISTER. */
	void (*secondary)(struct ffasim_sp *sp, uint64_t x0);
};
/* Addresses of the two entries in the image's code page. */
#define FFASIM_SP_MAIN_VA 0x40000000ULL
#define FFASIM_SP_SECONDARY_VA 0x40000100ULL

#define FFASIM_SP_ABI 1
/* The one symbol a native SP image exports. */
#define FFASIM_SP_IMAGE(...)                                                                       \
	__attribute__((visibility("default")))                                                     \
	const struct ffasim_sp_image ffasim_sp_image = {.abi = FFASIM_SP_ABI, __VA_ARGS__}

void *ffasim_sp_state(struct ffasim_sp *sp);
const char *ffasim_sp_name(const struct ffasim_sp *sp);
/* An option of this partition from the scenario (`options: {key: value}`); NULL when absent. The
 * number form takes 0x and the suffixes ns, us, ms, s, min; text that is no number counts as
 * absent. */
const char *ffasim_sp_option(const struct ffasim_sp *sp, const char *key);
uint64_t ffasim_sp_option_u64(const struct ffasim_sp *sp, const char *key, uint64_t otherwise);

/* SVC #0 with x0..x17; returns with the results in place. */
void ffasim_sp_svc(struct ffasim_sp *sp, struct smc_regs *regs);
/* S-EL0 computation that takes this much virtual time; preemptible at any nanosecond of it. */
void ffasim_sp_work_ns(struct ffasim_sp *sp, uint64_t ns);
/* Virtual time of S-EL0 execution of this context so far (not wall time: preemption is excluded).
 */
uint64_t ffasim_sp_el0_ns(const struct ffasim_sp *sp);
/* The registers of the PE the SP runs on now. Do not keep the pointer across work or SVC. */
struct pe_regs *ffasim_sp_regs(struct ffasim_sp *sp);

/* Pointer to [va, va+len) of this SP's address space, or NULL when it is not all mapped with the
 * access asked for. A real SP would take a data abort: ffasim_sp_crash() is what it does then. */
void *ffasim_sp_va(struct ffasim_sp *sp, uint64_t va, size_t len_bytes, bool write);
/* Memory of the SP's own image data (RX/TX buffers, heap): page aligned, mapped RW. 0 = none left.
 */
uint64_t ffasim_sp_alloc_pages(struct ffasim_sp *sp, unsigned pages);

enum ffasim_sp_fault {
	FFASIM_SP_UNDEF, /* undefined instruction */
	FFASIM_SP_DATA_ABORT,
	FFASIM_SP_INSN_ABORT,
	FFASIM_SP_ALIGNMENT,
	FFASIM_SP_BRK,
	FFASIM_SP_SYSREG, /* trapped system register, e.g. a counter */
};
/* Takes a synchronous exception at S-EL0. Returns only when the SPMC re-enters the dead SP
 * (optee.md D5): the SP then runs on from its last SVC with what the SPMC put in @regs. */
void ffasim_sp_crash(struct ffasim_sp *sp, enum ffasim_sp_fault fault, uint64_t addr);
/* After ffasim_sp_crash() returned: the registers the dead SP was re-entered with. */
const struct smc_regs *ffasim_sp_reentry_regs(const struct ffasim_sp *sp);

/*
 * Partitions at S-EL1, below which an SPMC runs at S-EL2 (profile hafnium-2.x). Each execution
 * context has a handle of its own; ffasim_sp_state() is the same memory in all of them. A context
 * has a PSTATE: while it masks virtual interrupts, they wait. Nothing it does keeps the SPMC from
 * preempting it.
 */
unsigned ffasim_sp_context(const struct ffasim_sp *sp); /* 0, or its PE's number */
enum { FFASIM_PSTATE_I = 1, FFASIM_PSTATE_F = 2, FFASIM_PSTATE_IF = 3 };
/* Sets both mask bits, returns what they were. Interrupts it unmasks are taken before it returns.
 */
unsigned ffasim_sp_pstate(struct ffasim_sp *sp, unsigned masked);
/* Runs at S-EL1 with both lines masked, on the interrupted flow, at the next instruction that lets
 * it: in the middle of work, after an SVC, at an unmask. Everything is masked until one is set. */
typedef void ffasim_sp_handler(struct ffasim_sp *sp);
void ffasim_sp_irq_handler(struct ffasim_sp *sp, ffasim_sp_handler *handler);
void ffasim_sp_irq_enable(struct ffasim_sp *sp, unsigned intid, bool on);
#define FFASIM_IRQ_NONE 1023
/* Takes the lowest pending enabled one, which is pending no more. */
unsigned ffasim_sp_irq_get(struct ffasim_sp *sp);
/* Work that a handler can end: ffasim_sp_break() in it makes this return at once, with the time
 * that is left. So a context gives up a computation, as a Trusted OS parks a thread. */
uint64_t ffasim_sp_work_until_break_ns(struct ffasim_sp *sp, uint64_t ns);
void ffasim_sp_break(struct ffasim_sp *sp);

/* Entropy of the platform: the run's seed and the SP's name, then a stream. What an SP draws does
 * not depend on what others do, nor on when it is scheduled. */
void ffasim_sp_entropy(struct ffasim_sp *sp, void *buf, size_t len_bytes);

/*
 * What outlives the run (--state DIR): records of this partition by name, each there wholly or not
 * at all. 0, -ENOSYS = this run keeps nothing, -ENOENT, or why the host's directory did not take it
 * (-ENOSPC, -EROFS, ...). An SP that depends on them does not repeat; explore never has any.
 */
int ffasim_sp_keep(struct ffasim_sp *sp, const char *name, const void *data, size_t len_bytes);
/* *len_bytes: of the whole record, also when it is more than @room_bytes. */
int ffasim_sp_kept(struct ffasim_sp *sp, const char *name, void *data, size_t room_bytes,
		   size_t *len_bytes);
int ffasim_sp_forget(struct ffasim_sp *sp, const char *name);

/* A line of the SP's own log (trace event sp.log), prefixed with its name. */
void ffasim_sp_log(struct ffasim_sp *sp, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
