/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Inside of the SPMC: its objects, and what each ABI family offers to the others.
 *
 * SPMC code runs on the Normal-world caller's fiber with foreign interrupts masked. A pe_charge()
 * in it lets other PEs run SPMC code: state that was tested before a charge must be tested again
 * after it, unless a quirk says that the real code forgets to.
 */
#ifndef FFASIM_SPMC_INTERNAL_H
#define FFASIM_SPMC_INTERNAL_H

#include "ffa/desc.h"
#include "ffa/ffa.h"
#include "spmc/notifications.h"
#include "spmc/profile.h"
#include "spmc/spmc.h"
#include "spmc/trusted_os.h"

#define SPMC_SPS_MAX 256
#define SPMC_THREADS_MAX TOS_THREADS_MAX
#define SPMC_NO_THREAD TOS_NO_THREAD
#define SPMC_HANDLES_MAX 64

/* A bit a caller: Normal world through the SPMD, S-EL0 SP by SVC. */
enum instance { INSTANCE_NWD = 1, INSTANCE_SP = 2 };

enum sp_state {
	SP_BOOTING,
	SP_IDLE,
	SP_BUSY,
	SP_BLOCKED,
	SP_PREEMPTED,
	SP_DEAD,
	SP_OFF,
	SP_STATE_COUNT
};
enum runtime_model { RTM_INIT, RTM_RUN, RTM_DIRECT_REQ, RTM_SEC_INTERRUPT, RTM_NONE };
/* Physical interrupts held off while a context runs; along a chain only ever stricter. */
enum ctx_mask { MASK_NONE, MASK_NS, MASK_ALL };
#define LOG_BYTES 256	 /* of a context's console line (ffa.md 8) */
#define CTX_QUEUE_MAX 10 /* interrupts queued for an S-EL0 context (ffa.md 4.5) */

/* Why an SP was entered last: decides what a fault does (optee.md D5, D34). */
enum entry_reason { ENTRY_REQUEST, ENTRY_SVC_RESULT, ENTRY_BOUNCE, ENTRY_REPLY };

struct rxtx {
	uint8_t *tx, *rx; /* host pointers; NULL = not mapped */
	size_t bytes;
	bool rx_full;  /* owned by the endpoint */
	bool rx_taken; /* owned by the hypervisor (RX_ACQUIRE) */
	pa_t tx_pa, rx_pa;
	/* A retrieve response that did not fit into RX: what FRAG_RX still has to deliver. */
	uint8_t *rest;
	size_t rest_bytes, rest_sent;
	uint64_t rest_handle;
};

#define MANIFEST_REGIONS_MAX 32
#define MANIFEST_IRQS_MAX 8
#define MANIFEST_NAME_MAX 32
#define MANIFEST_MEMORY_REGIONS "arm,ffa-manifest-memory-regions"
#define MANIFEST_DEVICE_REGIONS "arm,ffa-manifest-device-regions"

struct manifest_region {
	char name[MANIFEST_NAME_MAX];
	uint64_t base, load_offset;
	bool has_base, has_offset, device;
	uint32_t pages, attributes;
};

struct manifest {
	uint32_t uuid[4];
	uint32_t ffa_version, messaging_method, ns_action;
	uint32_t boot_order; /* UINT32_MAX = last */
	uint32_t id;	     /* 0 = none wanted */
	uint32_t gp_register;
	bool boot_info;	     /* it gets boot information */
	uint32_t elf_format; /* 0 = a flat binary, when its head is no other format's */
	uint32_t vm_messages;
	bool notifications; /* notification-support */
	uint32_t region_count;
	struct manifest_region region[MANIFEST_REGIONS_MAX];
	/* manifest_contexts.c; without the quirk s-el1-partitions one context at S-EL0 */
	bool el1, managed_exit_virq, s_queued;
	uint32_t contexts;    /* 1, or one per PE */
	uint32_t sri_policy;  /* bit 0: not entered while waiting; bit 1: not on entry to waiting */
	uint32_t pm_messages; /* bit 0: CPU_OFF */
	uint32_t irq_count;
	uint8_t irq[MANIFEST_IRQS_MAX]; /* of its device regions: Secure SPIs */
};

/*
 * An execution context (a vCPU): what runs on one PE at a time. An S-EL0 partition has one; an
 * S-EL1 one may have one per PE, each pinned to its PE.
 */
struct sp_ec {
	struct sp *sp;
	struct ec *ec;
	uint32_t who; /* the partition's name, with the index when there are several */
	uint16_t index;

	enum sp_state state;
	enum runtime_model rtm;
	bool initialised; /* reached its first MSG_WAIT */
	uint16_t thread;
	/* The open request, and after its end the last one. */
	endpoint_id caller;
	struct sp_ec *caller_ctx; /* NULL = Normal world */
	uint32_t request_fid;
	uint32_t request_flags; /* w2 */
	bool yielded;
	bool request_open, linked; /* linked: preempting this one unwinds to caller_ctx */
	uint8_t action;		   /* effective NS-interrupt action */

	enum entry_reason entry_reason;
	uint64_t entry_x0;
	struct sp_ec *last_callee;
	bool entry_pending; /* preempted before the first instruction of this entry */
	bool preempted_regs;
	struct smc_regs entry_regs;
	struct pe_regs saved; /* registers of a preempted context */
	uint64_t x19_x30[12]; /* kept across an SVC */
	unsigned last_pe;

	char log[LOG_BYTES]; /* CONSOLE_LOG: the line so far */
	unsigned log_bytes;

	/* With the quirk s-el1-partitions. */
	uint8_t mask, mask_before; /* enum ctx_mask; before the handler of a blocked context */
	bool managed_exit;	   /* told by the MEI, must respond by itself */
	bool spmc_mode;		   /* runs on cycles the SPMC gave it for a secure interrupt */
	bool saving;		   /* left already, its registers are not saved yet */
	bool was_blocked;	   /* entered for an interrupt while blocked: ends with FFA_RUN */
	bool entered;		   /* at least once */
	bool off_message;	   /* answers the message of CPU_OFF */
	struct sp_ec *interrupted; /* goes on after its handler; NULL = the Normal world */
	bool held;		   /* a response that waits for the end of a handler */
	struct smc_regs held_regs;
	uint8_t queue[CTX_QUEUE_MAX], queued; /* S-EL0: secure interrupts to come */
};

/* A partition: what its execution contexts have in common. */
struct sp {
	struct spmc *spmc;
	char *name;
	uint32_t who;
	endpoint_id id;
	size_t load_index;
	void *dtb; /* own copy, patched with region VAs at boot */
	size_t dtb_bytes;
	char *image_path;
	struct ec_option *options;
	size_t option_count;
	struct manifest mf;
	struct ec *ec;	     /* of context 0; its address space is the partition's */
	const char *refused; /* reason; NULL = good */
	struct sp_ec *ctx;   /* ctx_count of them */
	unsigned ctx_count;
	uint64_t secondary_va; /* of SECONDARY_EP_REGISTER; 0 = the boot entry */
	struct rxtx rxtx;
	struct notify_box notify;
	uint32_t version;
	bool version_locked;
};

/* An endpoint of the Normal world; id 0 keeps its buffers in nwd_rxtx. */
#define SPMC_VMS_MAX 8
struct vm {
	bool used;
	endpoint_id id;
	struct rxtx rxtx;
	struct notify_box notify;
};

enum thread_state { THREAD_FREE, THREAD_ACTIVE, THREAD_SUSPENDED };

struct thread {
	enum thread_state state;
	struct sp_ec *top; /* innermost context of the chain that runs in this thread */
	unsigned pe;	   /* while ACTIVE */
	bool yielding;	   /* a call of the Trusted OS; then top is NULL */
};

/* Receiver of a transaction. */
struct share_receiver {
	endpoint_id id;
	uint8_t permissions; /* the owner's word */
	uint8_t granted;     /* to its mapping */
	uint8_t retrieved;   /* nested retrieves */
	uint8_t flags;
	bool zero_after; /* zeroed when the last borrower leaves */
	uint64_t va;	 /* of the mapping made by the first retrieve */
	uint64_t impdef[2];
};

#define SHARE_RECEIVERS_MAX 32

/* A memory transaction: SHARE, LEND or DONATE. */
struct share {
	bool used, complete;
	uint64_t handle, tag;
	endpoint_id owner;
	uint32_t type; /* FFA_TYPE_* */
	uint16_t attributes;
	uint32_t flags;
	uint32_t receiver_count;
	struct share_receiver receiver[SHARE_RECEIVERS_MAX];
	struct ffa_constituent *constituent; /* physical ranges */
	uint32_t constituent_count, page_count;
	uint32_t composite_offset;
	uint64_t *owner_va;    /* where an SP had each range */
	uint32_t owner_access; /* EC_MAP_* of those mappings */
	bool owner_dead;       /* nobody may retrieve it any more */
	bool hyp_retrieved;    /* the hypervisor is reading it in fragments */
	bool registered;       /* the Trusted OS mapped it */
	uint32_t users;	       /* its calls that use it right now */
	uint32_t version;      /* of the owner when it sent */
	/* Fragments still to come. */
	uint8_t *fragment;
	size_t total_bytes, received_bytes;
};

/* Pages that a DONATE gave to somebody; the last entry about a page counts. */
struct donation {
	uint64_t pa;
	uint32_t pages;
	endpoint_id owner;
};
#define DONATIONS_MAX 4096u

typedef int ec_factory(const struct ec_config *cfg, struct ec **out, const char **why);

struct spmc_service;
#define SPMC_FID_FIRST 0x84000060u
#define SPMC_FID_ROOM 0x40u

struct spmc {
	struct machine *m;
	const struct spmc_profile *profile;
	uint64_t quirks;
	bool skip_failed_sps, booted, panicked;
	char died_of[160];	/* of the last SP that took an exception: for who reports a boot */
	const char *last_quirk; /* that acted; NULL = none */
	uint32_t nwd_version;
	bool nwd_version_locked, nwd_versioned; /* versioned: FFA_VERSION was called */
	size_t rxtx_page_bytes;			/* 0 = 4 KiB */
	struct rxtx nwd_rxtx;

	struct sp *sp[SPMC_SPS_MAX];	/* load order */
	struct sp *order[SPMC_SPS_MAX]; /* boot order */
	size_t sp_count;
	struct sp *by_id[SPMC_SPS_MAX * 2]; /* index: id - 0x8000 */
	struct lsp optee, test_lsp;	    /* direct_req NULL = not there */
	struct trusted_os *tos;		    /* behind optee */
	bool tables_taken; /* a yielding call of it has the page-table cache's mutex */
	struct vm vm[SPMC_VMS_MAX];
	/* EL3's view, a bit a PE: the SPMC is initialised there; it serves a secure interrupt. */
	uint64_t ready_pes, excursions;
	uint64_t sri_owed; /* a bit a PE: raise the schedule-receiver interrupt on the way out */

	struct thread thread[SPMC_THREADS_MAX];
	unsigned thread_count;
	uint16_t pe_thread[PE_MAX];	      /* current thread of each PE */
	struct sp *irq_owner[INTID_MAX];      /* of Secure interrupts; NULL = the SPMC itself */
	struct sp_ec *pe_interrupted[PE_MAX]; /* H10 */

	struct share share[2][SPMC_HANDLES_MAX]; /* pools: OP-TEE, SP */
	struct donation *donation;
	uint32_t donation_count;
	/* Pre-resolved dispatch: [instance - 1][64-bit][fid - first]. */
	const struct spmc_service *dispatch[2][2][SPMC_FID_ROOM];
	ec_factory *ec_factory;
	char panic_text[160];
};

/* One call into the SPMC, and where control goes after it. */
enum call_outcome {
	CALL_RETURN, /* r back to the caller */
	CALL_SWITCH, /* r to `next` */
	CALL_LEAVE,  /* r to the Normal world, the SP stays where it is */
};

struct call {
	struct spmc *s;
	struct pe *pe;
	struct sp *sp;	   /* caller, NULL = Normal world */
	struct sp_ec *ctx; /* its execution context */
	struct smc_regs *r;
	enum call_outcome outcome;
	struct sp_ec *next;
	bool resume; /* `next` continues where it was interrupted */
};

struct spmc_service {
	uint32_t fid;
	unsigned instances;
	void (*handler)(struct call *c);
};

struct spmc_family {
	const char *name;
	const struct spmc_service *row;
	size_t count;
};

#define SPMC_FAMILY(family_)                                                                       \
	const struct spmc_family spmc_family_##family_ = {#family_, services,                      \
							  sizeof(services) / sizeof(services[0])}

static inline bool quirk(const struct spmc *s, enum quirk_id id)
{
	return s->quirks >> id & 1;
}

/* Register helpers. */
static inline void regs_clear(struct smc_regs *r)
{
	*r = (struct smc_regs){0};
}
static inline void regs_error(struct smc_regs *r, int code)
{
	regs_clear(r);
	r->x[0] = FFA_ERROR;
	r->x[2] = (uint32_t)code;
}
static inline void regs_success(struct smc_regs *r)
{
	regs_clear(r);
	r->x[0] = FFA_SUCCESS;
}
/* FFA_OK or an FF-A error code. */
static inline void regs_result(struct smc_regs *r, int code)
{
	if (code)
		regs_error(r, code);
	else
		regs_success(r);
}

/* service.c */
void service_init(struct spmc *s);
/* Runs the handler of @c->r->x[0]; unknown ids get the instance's error. */
void service_dispatch(struct call *c, enum instance instance);
void service_unknown(struct call *c, enum instance instance);

/* spmd.c: EL3. Handles a call itself (true) or leaves it to the SPMC (false). */
bool spmd_filter(struct spmc *s, struct smc_regs *r);
/* spmd_up.c: a call of the SPMC on this PE. True: @r is EL3's answer; false: it leaves for the
 * Normal world. */
bool spmd_call(struct spmc *s, struct smc_regs *r);
/* The pending interrupt of EL3. @from is static. */
void spmd_serve_el3(struct spmc *s, struct pe *pe, const char *from);

/* version.c: framework message of the SPMD, "the Normal world asks for this version". */
void version_message(struct spmc *s, struct smc_regs *r);

/* exec.c: runs @ctx and whoever it calls until control goes to the Normal world. */
void exec_run(struct spmc *s, struct sp_ec *ctx, struct smc_regs *r, bool resume);

/* interrupts.c, crash.c: what happens to it; true = go on with *ctx and @r, false = leave. */
bool interrupts_preempt(struct spmc *s, struct sp_ec **ctx, struct smc_regs *r, bool *resume);
bool crash_handle(struct spmc *s, struct sp_ec **ctx, struct smc_regs *r,
		  const struct ec_exit *exit, bool *resume);
bool interrupts_masked_for(const struct spmc *s, const struct sp_ec *ctx);

/* Some interrupt would be taken right after entering the context that @pe was prepared for. */
bool interrupts_due(const struct spmc *s, const struct pe *pe);

/* interrupts.c: what @ctx holds off when it gets the PE from @from (NULL = the Normal world). */
void interrupts_inherit(struct spmc *s, struct sp_ec *ctx, const struct sp_ec *from);
/* Its managed exit is over: it answered or waits. */
void interrupts_end_managed_exit(struct sp_ec *ctx);

/* secure_irq.c */
void secure_irq_init(struct spmc *s);
void secure_irq_own(struct spmc *s, struct sp *sp);
/* The SPMC serves one itself, wherever it came in. */
void secure_irq_serve(struct spmc *s, struct pe *pe);
/* While the Normal world ran. */
void secure_irq_from_nwd(struct pe *pe);
/* While *@ctx ran: true = go on with *ctx, @r, *resume. */
bool secure_irq_while_running(struct spmc *s, struct sp_ec **ctx, struct smc_regs *r, bool *resume);
/* MSG_WAIT or a response of c->ctx meets an interrupt of its own: it goes on as handler. */
bool secure_irq_intercepts(struct call *c);
/* c->ctx waits after a handler: who goes on. False = it was none. */
bool secure_irq_done(struct call *c);
/* FFA_RUN of a context that was entered while blocked (ffa.md 3.5 row 6). False = it was not. */
bool secure_irq_run(struct call *c);

/* power.c */
void power_pe_on(struct pe *pe);
void power_pe_off(struct pe *pe);
/* FEATURES of S-EL1 partitions. False = not about them. */
bool power_features(struct call *c);

/* ec_state.c */
const char *sp_state_name(enum sp_state state);
void sp_set_state(struct sp_ec *ctx, enum sp_state to);
/* What an SP that executes is called: booting until its first MSG_WAIT. */
static inline enum sp_state sp_working_state(const struct sp_ec *ctx)
{
	return ctx->initialised ? SP_BUSY : SP_BOOTING;
}

/* threads.c */
/* @top NULL: for a yielding call of the Trusted OS. SPMC_NO_THREAD = none free. */
uint16_t thread_alloc(struct spmc *s, struct sp_ec *top);
/* @reason is static. */
void thread_suspend(struct spmc *s, uint16_t thread, struct sp_ec *top, const char *reason);
/* False: not suspended. @reason is static. */
bool thread_resume(struct spmc *s, uint16_t thread, const char *reason);
void thread_free(struct spmc *s, uint16_t thread);

/* partition.c */
struct sp *sp_by_id(const struct spmc *s, endpoint_id id);
/* The context that serves @pe, NULL when a pinned partition has none there. */
static inline struct sp_ec *sp_ctx_on(struct sp *sp, const struct pe *pe)
{
	if (sp->ctx_count == 1)
		return &sp->ctx[0];
	return pe->id < sp->ctx_count ? &sp->ctx[pe->id] : NULL;
}
/* All contexts of it die together. */
static inline bool sp_is_dead(const struct sp *sp)
{
	return sp->ctx[0].state == SP_DEAD;
}
const struct lsp *lsp_by_id(const struct spmc *s, endpoint_id id);
void test_lsp_init(struct spmc *s);
/* Interned name of any endpoint, 0 = unknown. */
uint32_t endpoint_who(const struct spmc *s, endpoint_id id);
uint32_t sp_properties(const struct sp *sp);

/* vm.c: endpoints of the Normal world. vm_get() makes it known; NULL = no more room. */
struct vm *vm_find(struct spmc *s, endpoint_id id);
struct vm *vm_get(struct spmc *s, endpoint_id id);
struct rxtx *vm_rxtx(struct spmc *s, endpoint_id id); /* NULL = unknown */

/* rxtx.c */
struct rxtx *call_rxtx(struct call *c);
/* MSG_WAIT of c->sp gives RX back, unless a message in it was not noticed yet. */
void rxtx_waits(struct call *c);

/* memory.c */
void memory_reset(struct spmc *s);
struct share *memory_lookup(struct spmc *s, uint64_t handle); /* complete ones; NULL = unknown */
struct share_receiver *memory_receiver(struct share *share, endpoint_id id);
bool memory_is_optee(const struct spmc *s, const struct share *share); /* sent to the Trusted OS */
void memory_drop(struct share *share);
bool memory_overlaps(const struct share *share, uint64_t pa, uint64_t bytes);
/* Only pages in nobody else's hands may be sent (ffa.md 5.4). FFA error code. */
int memory_check_exclusive(const struct call *c, const struct share *self, uint64_t pa,
			   uint64_t bytes);
void memory_zero(struct spmc *s, const struct share *share);
/* DONATE is complete: @owner has these pages. FFA_NO_MEMORY. */
int memory_give(struct spmc *s, const struct share *share, endpoint_id owner);
/* A dead SP keeps nothing: what it borrowed goes back, what it lent is reclaimed or, while
 * somebody still has it, waits for that. */
void memory_endpoint_died(struct spmc *s, struct sp *sp);

/* mem_watch.c: detectors hear of a transaction of the Normal world. */
void mem_watch_sent(const struct spmc *s, const struct share *share);
void mem_watch_over(const struct share *share, bool for_good);

/* mem_send.c, mem_send_optee.c: what a descriptor must look like. `first`: all that the first
 * fragment shows; `pages`: the ranges. On failure the caller drops the share. */
int mem_send_first(const struct call *c, const void *buf, size_t len, size_t total,
		   struct share *share);
int mem_send_pages(const struct call *c, const void *buf, size_t len, struct share *share);
int mem_send_optee(const struct call *c, const void *buf, size_t len, struct share *share);

/* retrieve.c; retrieve_optee.c checks as the S-EL1 SPMC does. */
struct retrieval {
	struct share *share;
	struct share_receiver *rcv;
	uint8_t permissions;
	uint32_t flags; /* of the request */
};
int retrieve_check_optee(struct call *c, struct retrieval *rt);
int relinquish_check_optee(struct call *c, struct retrieval *rt);
void retrieve_unmap(struct sp *sp, const struct share *share, struct share_receiver *rcv);
/* mem_frag.c: the response @full goes into RX, what is too long waits for FRAG_RX. Takes @full. */
void mem_frag_respond(struct call *c, uint64_t handle, uint8_t *full, size_t bytes);
void mem_frag_drop(struct rxtx *b);
/* Optee endpoint: FFA handle registered or not (UNREGISTER_SHM). FFA error code. */
int memory_unregister(struct spmc *s, uint64_t handle);

/* Virtual INTIDs of an S-EL1 partition (ffa.md 1.4). */
#define SPMC_MEI_INTID 4
#define SPMC_NPI_INTID 5
/* Secure SPI that the SPMC serves itself: its own timer. */
#define SPMC_TIMER_INTID 240
/* Secure SPI of EL3 itself. */
#define SPMD_INTID 241

/* Schedule-receiver interrupt the Trusted OS gave to the Normal world (golden.md G10). */
#define SPMC_SRI_INTID 8

/* boot.c: enters @ctx for the first time, or again after CPU_OFF. 0 or -errno. */
int boot_enter(struct spmc *s, struct sp_ec *ctx, struct smc_regs *r);

/* manifest_contexts.c: NULL, or why it is refused and the *property. */
const char *manifest_contexts(const struct spmc *s, const void *dtb, struct manifest *mf,
			      const char **property);

/* faults.c: what the fault sites of the Secure world do; each is a passage. */
/* What a call of the Normal world has to do with a suspended one: it resumes it (FFA_RUN, the
 * Trusted OS's RESUME), or may leave one. */
enum asked { ASKED_OTHER, ASKED_RUN, ASKED_RESUME, ASKED_YIELDING };
enum asked spmc_fault_asked(const struct spmc *s, const struct smc_regs *r);
/* True: the call was refused, the answer stands in @r. */
bool spmc_fault_refuses(enum asked asked, struct smc_regs *r);
void spmc_fault_shortens(enum asked asked, struct smc_regs *r);
/* Before an entry. True: the SP crashed instead, as @exit says. */
bool spmc_fault_crashes(struct sp_ec *ctx, struct ec_exit *exit);
void spmc_fault_falsifies(struct smc_regs *r);

/* manifest.c */
int manifest_parse(const struct spmc *s, const void *dtb, struct manifest *mf, const char *path,
		   struct spmc_error *err);
int manifest_override(void **dtb, size_t *dtb_bytes, const char *const *overrides, const char *path,
		      struct spmc_error *err);

/* manifest_properties.c: which properties there are, and why an SPMC does not act upon one (NULL =
 * it does): the S-EL1 SPMC, and the others. */
enum manifest_place { MANIFEST_ROOT, MANIFEST_REGION };
struct manifest_property {
	const char *name;
	enum manifest_place place;
	const char *optee_ignores, *ignores;
};
const struct manifest_property *manifest_properties(size_t *count);
/* Names on the secure console what is in no row. */
void manifest_report_unknown(const struct sp *sp);

/* mem_perm.c: the pages of [va, va + pages) get EC_MAP_* @access. FF-A error code. */
int mem_perm_remap(struct ec *ec, uint64_t va, uint32_t pages, uint32_t access);

/* panic.c */
/* Ends this PE, with panic-halts-all the machine. @text is static. */
_Noreturn void spmc_panic(struct spmc *s, const char *text);
/* Emits spmc.quirk: a named deviation just acted. */
void spmc_quirk_acts(struct spmc *s, enum quirk_id id);
/* Text for the secure console (sp.console). */
void spmc_console(struct spmc *s, const struct sp *sp, const char *text);

/* For tests: contexts made by somebody else than sim/sp. */
void spmc_set_ec_factory(struct spmc *s, ec_factory *factory);

/* Trace kinds used in more than one file. */
extern struct trace_kind trace_sp_enter, trace_sp_leave, trace_sp_state, trace_thr_state;
extern struct trace_kind trace_ffa_direct_req, trace_ffa_direct_resp, trace_ffa_run,
	trace_ffa_interrupt, trace_ffa_error, trace_ffa_msg_wait;

#endif
