/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An execution context: S-EL0 (later S-EL1) code that the SPMC enters and that leaves again for
 * one of three reasons. A back end (native C here, Unicorn in a module) implements entering.
 *
 * ec_enter() runs on the fiber that called the SPMC, switches to the context's own fiber and comes
 * back on the same fiber, on the same PE, when the context leaves. Between two entries the context
 * may change PE; its fiber does not care.
 *
 * Address space: a table of mappings va -> pa with access, kept here, filled by the SPMC.
 */
#ifndef FFASIM_SP_EC_H
#define FFASIM_SP_EC_H

#include "soc/machine.h"
#include "ffasim/partition.h"

enum ec_exit_kind {
	EC_EXIT_SVC,	   /* regs hold x0..x17 of the SVC */
	EC_EXIT_INTERRUPT, /* a foreign interrupt is pending; ec_enter() again continues */
	EC_EXIT_FAULT,	   /* synchronous exception; fault, fault_addr */
};

struct ec_exit {
	enum ec_exit_kind kind;
	struct smc_regs regs;
	enum ffasim_sp_fault fault;
	uint64_t fault_addr;
};

enum { EC_MAP_R = 1, EC_MAP_W = 2, EC_MAP_X = 4, EC_MAP_DEVICE = 8 };

struct ec_map {
	uint64_t va;
	pa_t pa;
	uint32_t pages;
	uint32_t access; /* EC_MAP_* */
	bool shown;	 /* in the window */
};

/* What was done to a range of an address space, for reports. */
struct ec_note {
	uint64_t va, handle; /* handle 0 = none */
	pa_t pa;
	uint32_t pages;
	unsigned pe;
	uint64_t time_ns;
	const char *what; /* static: "relinquished" */
};
#define EC_NOTES 32

struct ec;
struct ec_ops {
	const char *name; /* "native", "el0" */
	/* Runs until the next exit. @regs: x0..x17 to load, NULL to continue where it was
	 * interrupted. */
	void (*enter)(struct ec *ec, const struct smc_regs *regs, struct ec_exit *exit);
	/* Called by the SPMC from s_ops->interrupt(), on the context's fiber: leave with
	 * EC_EXIT_INTERRUPT, return when entered again. */
	void (*interrupted)(struct ec *ec);
	void (*destroy)(struct ec *ec);
	/* Of a back end that calls ec_vectors_keep(): puts TPIDR_EL0, FPCR, FPSR and q0-q31 into
	 * @regs. */
	void (*vectors)(struct ec *ec, struct pe_regs *regs);
	/* After EC_EXIT_FAULT: the lines of a crash report. May be NULL. */
	void (*describe)(struct ec *ec, void (*put)(void *ctx, const char *line), void *ctx);
	/* Of a back end that runs instructions, both or none: where the context is, and the
	 * function or label an address belongs to (NULL: none). */
	uint64_t (*pc)(const struct ec *ec);
	const char *(*symbol)(const struct ec *ec, uint64_t va, uint64_t *distance);
	/* Back to the state before the first entry (CPU_OFF, CPU_ON); the next one begins at
	 * @entry_va. NULL = the back end has contexts that start once. */
	int (*reset)(struct ec *ec, uint64_t entry_va);
	/* On the context's own fiber: takes a data abort and goes no further. NULL = the back end
	 * checks each access by itself. */
	void (*abort)(struct ec *ec, uint64_t va);
};

struct ec_option {
	const char *key, *value;
};

/* Where a back end puts the image (code, state, heap); mappings of the SPMC go above it. */
#define EC_IMAGE_VA 0x40000000ULL
#define EC_IMAGE_BYTES 0x04000000ULL
#define EC_FREE_VA (EC_IMAGE_VA + EC_IMAGE_BYTES)
#define EC_VA_END (1ULL << 32)

struct ec_config {
	const char *name;
	const char *image_path; /* resolved by the host; native: a shared object */
	bool flat;		/* bytes of no known format are code */
	uint64_t boot_info_va;	/* delivered in the boot-info register; 0 = x0 of the first entry */
	const struct ec_option *options;
	size_t option_count;
	/* A further context of the partition @primary belongs to: same image, same address space.
	 */
	struct ec *primary;
	unsigned index; /* of this context in its partition */
};

#define EC_MAPS_MAX 512

/*
 * Virtual interrupts of an S-EL1 context: the SPMC below pends them, the context takes them when
 * its own PSTATE lets it. One pending and one enable bit an INTID; lowest INTID first.
 */
#define EC_VIRQ_MAX 256
struct ec_virq {
	uint64_t pending[EC_VIRQ_MAX / 64], enabled[EC_VIRQ_MAX / 64];
	uint64_t fiq[EC_VIRQ_MAX / 64]; /* signalled as vFIQ instead of vIRQ */
	bool irq_masked, fiq_masked;	/* PSTATE.I, PSTATE.F */
};

struct ec {
	const struct ec_ops *ops;
	uint32_t who;	  /* interned name */
	void *owner;	  /* the SPMC's partition */
	struct ec *space; /* whose address space it shares; NULL = its own */
	bool el1;	  /* runs at S-EL1 and has virtual interrupts */
	struct ec_virq virq;
	struct ec_map map[EC_MAPS_MAX]; /* sorted by va */
	uint32_t map_count;
	uint32_t map_gen;	       /* changes with the table */
	struct ec_note note[EC_NOTES]; /* a ring */
	uint32_t notes;
	uint8_t *window;     /* NULL = none yet */
	uint64_t el0_ns;     /* virtual time executed at S-EL0 */
	uint64_t entered_ns; /* PE clock at the last entry */
	uint64_t late_ns; /* it turns in place for so long before it goes on (fault site sp.hang) */
	unsigned last_pe;
	bool inside;	  /* currently running on a PE */
	unsigned kept_on; /* PE + 1 whose vector registers its engine holds; 0 = none */
};

/* Creates a context from an image. *why is a static one-line reason on failure (-errno): image
 * missing, not an image, wrong ABI. The format is recognised from the file. */
int ec_create(const struct ec_config *cfg, struct ec **out, const char **why);
/* Whether some back end would take this file, without running it. -ENOENT, -ENOEXEC as above. */
int ec_image_check(const char *path, bool flat, const char **why);
/* The name of the back end that takes such a file: "native", "el0"; NULL when nobody would. */
const char *ec_image_backend(const char *path, bool flat);
void ec_destroy(struct ec *ec);
/* Charges nothing itself. Emits nothing: the SPMC traces. The context's first act is a pe_point():
 * an interrupt pending at entry is taken with zero instructions run. */
void ec_enter(struct ec *ec, const struct smc_regs *regs, struct ec_exit *exit);
/* An SVC leaves the vector registers in the hardware (golden.md G2, G9). A back end may leave them
 * in its engine and say so before it leaves; whoever wants to see or change them fetches first.
 * ec_vectors_take(): back on the same PE, and nobody has; the engine's are the valid ones. */
void ec_vectors_keep(struct ec *ec);
bool ec_vectors_take(struct ec *ec);
void ec_vectors_fetch(struct pe *pe);
/* On the context's fiber, the first act after an entry: where a pending interrupt is taken. */
static inline void ec_entered(struct ec *ec)
{
	const uint64_t late_ns = ec->late_ns;

	pe_point();
	if (__builtin_expect(late_ns != 0, 0)) {
		ec->late_ns = 0;
		pe_charge(late_ns);
	}
}
/* The context running on this PE, NULL when none. */
struct ec *ec_running(const struct pe *pe);
/* The one that runs there or, when none does, ran there last and still exists. */
struct ec *ec_last(const struct pe *pe);

int ec_map_add(struct ec *ec, uint64_t va, pa_t pa, uint32_t pages,
	       uint32_t access); /* -EEXIST -ENOSPC */
/* The range must be mapped entirely; mappings at its ends are split. -ENOENT -ENOSPC */
int ec_map_remove(struct ec *ec, uint64_t va, uint32_t pages);
const struct ec_map *ec_map_find(const struct ec *ec, uint64_t va);
/* Host pointer of a VA range with all of @access, or NULL; also NULL when the pages behind it do
 * not follow each other in physical memory. */
void *ec_va(const struct ec *ec, uint64_t va, size_t len_bytes, uint32_t access);
/* Physical address behind a VA with all of @access; false when not mapped so. */
bool ec_va_to_pa(const struct ec *ec, uint64_t va, size_t len_bytes, uint32_t access, pa_t *out);

/*
 * Views (view.c). While they are on, ec_view() and ec_map_host() give pointers into a window of the
 * host's address space that belongs to one partition: host address = window + va. A page of it is
 * there, with the access of the table, from the moment it is asked for until the table loses it.
 * While they are off, these are pointers into the machine's memory, as ec_va() gives them always.
 */
void ec_views(bool on);
void *ec_view(struct ec *ec, uint64_t va, size_t len_bytes, uint32_t access);
void *ec_map_host(struct ec *ec, const struct ec_map *m); /* @m of its table; NULL: no memory */
/* Whose window an address lies in, and where; NULL = nobody's. */
struct ec *ec_view_owner(const void *host, uint64_t *va);
/* Makes what is mapped at @va appear; false when there is no mapping, or it was there. */
bool ec_view_show(struct ec *ec, uint64_t va);
void ec_view_hide(struct ec *ec, struct ec_map *m);
void ec_view_close(struct ec *ec);
/* Some mapping of @pa has all of @access. */
bool ec_maps(const struct ec *ec, pa_t pa, uint32_t access);
/* Remembers what is about to be done to mapped pages, or was just done. */
void ec_note_add(struct ec *ec, uint64_t va, uint32_t pages, const char *what, uint64_t handle);
/* The last note about an address, or about a page of memory and where that was; or NULL. */
const struct ec_note *ec_note_at(const struct ec *ec, uint64_t va);
const struct ec_note *ec_note_of(const struct ec *ec, pa_t pa, uint64_t *va);
/* Virtual interrupts (virq.c). */
void ec_virq_enable(struct ec *ec, unsigned intid, bool on);
void ec_virq_line(struct ec *ec, unsigned intid, bool fiq); /* vFIQ; default vIRQ */
void ec_virq_pend(struct ec *ec, unsigned intid);
void ec_virq_clear(struct ec *ec, unsigned intid);
/* Lowest one that is pending and enabled, whatever PSTATE says; EC_VIRQ_MAX = none. */
unsigned ec_virq_first(const struct ec *ec);
/* One is pending, enabled, and its line is not masked. */
bool ec_virq_due(const struct ec *ec);

/* Lowest free VA range of @pages above the image area. 0 = none. */
uint64_t ec_va_find_free(const struct ec *ec, uint32_t pages);

/*
 * Back ends. "native" is built in; others are loadable modules that export one
 * `const struct ec_backend ffasim_ec_backend` and are loaded only when a scenario needs them. The
 * one that recognises the head of an image file gets it.
 */
enum ec_rest {
	EC_REST_KEEP,	 /* a snapshot follows, and then all goes on */
	EC_REST_DROP,	 /* a rewind follows */
	EC_REST_CRASHED, /* the same, and the flow that ran last was left in the middle */
};

struct ec_backend {
	const char *name; /* as ec_ops.name */
	bool (*recognises)(const uint8_t *head, size_t len_bytes);
	int (*create)(const struct ec_config *cfg, struct ec **out, const char **why);
	/* Reads the whole file and finds fault with it, as create would; may be NULL. */
	int (*check)(const char *path, bool flat, const char **why);
	/* For a back end whose contexts are not all in the machine's memory; may be NULL. */
	bool (*rest)(enum ec_rest how);
};
#define EC_BACKEND_SYMBOL "ffasim_ec_backend"
#define EC_BACKENDS_MAX 8

int ec_backend_register(const struct ec_backend *backend); /* -EEXIST same name, -ENOSPC */
bool ec_backend_loaded(const char *name);
int ec_backend_load(const char *path, const char **why); /* -ENOENT, -ENOEXEC */
/* Makes contexts ready for a snapshot or a rewind, on the host fiber. False: they cannot be. */
bool ec_backends_rest(enum ec_rest how);
/* Memory of a context: zeroed, and the machine's, so that a rewind puts it back. */
void *ec_alloc(size_t bytes);
void ec_free(void *p);
/* For back ends: fills the common part; the rest of *ec must be zero. */
void ec_init(struct ec *ec, const struct ec_ops *ops, const char *name);

#endif
