/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What real SPMCs do differently, as data: a profile is a set of named quirks and a few numbers. A
 * scenario can switch each quirk. Code asks quirk(spmc, Q_...), never which profile it runs.
 */
#ifndef FFASIM_SPMC_PROFILE_H
#define FFASIM_SPMC_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(id, name, doc) */
#define SPMC_QUIRKS(X)                                                                             \
	X(THREAD_POOL, "runs-with-thread-id",                                                      \
	  "SP messages occupy a thread of a small pool; FFA_INTERRUPT and FFA_RUN carry its id")   \
	X(NO_RUNTIME_MODELS, "no-runtime-models", "any SP call is taken in any state")             \
	X(D1, "d1-run-race-panics", "FFA_RUN tests the state before it takes the lock")            \
	X(D4, "d4-resume-runs-sp", "OPTEE_FFA RESUME takes the thread of a preempted SP")          \
	X(D5, "d5-dead-sp-reentered", "a fault after an answered SVC re-enters the dead SP")       \
	X(D7, "d7-error-bounces", "FFA_ERROR from an SP goes back to that SP")                     \
	X(D8, "d8-no-inheritance", "a callee runs with its own NS-interrupt action only")          \
	X(SP_COUNTER, "d11-sp-counter",                                                            \
	  "SPs may read the physical counter (proposed: os #7940); a resume does not enable it")   \
	X(SP_COUNTER_MENDED, "d11-mended", "with d11-sp-counter: a resume does enable it")         \
	X(D15, "d15-foreign-handle-panics", "using a handle shared with others panics the SPMC")   \
	X(D17, "d17-sp-mutex-busy-loop",                                                           \
	  "an SP's thread turns in place for a mutex that a suspended yielding call holds")        \
	X(D34, "d34-late-fault-wakes-callee",                                                      \
	  "a fault after a callee's reply re-enters the callee")                                   \
	X(NEVER_PREEMPTED, "sps-never-preempted", "S-EL0 runs with NS interrupts masked")          \
	X(ACTION_OPTIONAL, "action-optional",                                                      \
	  "ns-interrupts-action may be missing from a manifest")                                   \
	X(DEAD_IS_BUSY, "dead-sp-is-busy", "requests to a dead SP: BUSY instead of ABORTED")       \
	X(DEAD_KEEPS, "dead-sp-keeps-memory",                                                      \
	  "what an SP retrieved, shared and mapped stays so when it dies")                         \
	X(OPTEE_ENDPOINT, "optee-endpoint", "the Trusted OS is an endpoint beside the SPs")        \
	X(VERSION_UNLOCKED, "version-never-locks", "FFA_VERSION may change at any time")           \
	X(SVC_UNKNOWN_INVALID, "unknown-svc-invalid", "unknown SVC: INVALID_PARAMETERS")           \
	X(PROP_NOT_SUPPORTED, "property-not-supported",                                            \
	  "message property missing: NOT_SUPPORTED instead of DENIED")                             \
	X(RESP_INVALID, "response-errors-invalid",                                                 \
	  "wrong direct response: INVALID_PARAMETERS instead of DENIED; width must match")         \
	X(INFO_EMPTY_OK, "no-match-is-success", "PARTITION_INFO_GET of an unknown UUID: count 0")  \
	X(INFO_RX_LOST, "rx-lost-on-error",                                                        \
	  "PARTITION_INFO_GET takes the RX buffer even on error")                                  \
	X(MEM_OPTEE, "memory-as-optee",                                                            \
	  "retrieves are counted, unknown handles DENIED, whole RX size in the response")          \
	X(NO_OVERLAP_CHECK, "nwd-shares-overlap", "NWd may share one page again and again")        \
	X(NWD_NEEDS_VERSION, "nwd-needs-version",                                                  \
	  "before FFA_VERSION every call of the NWd gets NOT_SUPPORTED")                           \
	X(VERSION_STORED, "version-returns-stored",                                                \
	  "FFA_VERSION after the lock returns the version agreed on")                              \
	X(NO_SP_REQUESTS, "sp-requests-invalid",                                                   \
	  "FFA_RUN and direct requests of an SP: INVALID_PARAMETERS")                              \
	X(NO_YIELD, "no-yield", "FFA_YIELD: NOT_SUPPORTED")                                        \
	X(NO_INFO_REGS, "no-info-regs", "PARTITION_INFO_GET_REGS: NOT_SUPPORTED")                  \
	X(MEM_TFA, "memory-as-el3",                                                                \
	  "only the NWd sends, no DONATE, no flags; retrieves counted, RX full DENIED")            \
	X(NO_NOTIFICATIONS, "no-notifications", "notification calls: NOT_SUPPORTED")               \
	X(NTF_OPTEE, "notifications-as-optee",                                                     \
	  "VM 0 is the only receiver, the Trusted OS the only sender, global only")                \
	X(NO_INDIRECT, "no-indirect-messages", "MSG_SEND2: NOT_SUPPORTED")                         \
	X(NO_VM_MESSAGES, "no-vm-messages", "VM availability messages: INVALID_PARAMETERS")        \
	X(VERSION_EXACT, "newer-version-refused",                                                  \
	  "FFA_VERSION with a newer minor or another major: NOT_SUPPORTED")                        \
	X(SPMD_DENIES, "spmd-denies-resume", "NORMAL_WORLD_RESUME from the NWd: DENIED")           \
	X(NO_PER_VCPU, "no-per-vcpu-notifications",                                                \
	  "the per-vCPU flag of notifications: INVALID_PARAMETERS")                                \
	X(D12, "d12-x15-x17-lost", "x15 to x17 of an SP's extended message arrive as zero")        \
	X(HALT_ALL, "panic-halts-all", "a panic of the SPMC stops all PEs")                        \
	X(EL1_SPS, "s-el1-partitions",                                                             \
	  "partitions may run at S-EL1: one context or one per PE, managed exit, virtual "         \
	  "interrupts, secure interrupts of their own")                                            \
	X(H7, "h7-interrupt-of-migrated-sp-lost",                                                  \
	  "a secure interrupt looks for its SP's context where it ran first")                      \
	X(H10, "h10-nested-secure-interrupt",                                                      \
	  "a PE remembers one interrupted context, and handlers can be interrupted")               \
	X(H11, "h11-mask-not-restored",                                                            \
	  "after a secure interrupt the priority mask of the interrupted SP stays open")           \
	X(H12, "h12-yield-in-handler",                                                             \
	  "YIELD while handling a secure interrupt gives the PE away")                             \
	X(H13, "h13-waiting-before-saved",                                                         \
	  "a context counts as waiting before its PE has saved its registers")                     \
	X(H19, "h19-pended-while-waiting",                                                         \
	  "an interrupt pended between the last look and the wait trips an assertion")             \
	X(H20, "h20-off-keeps-state", "CPU_OFF leaves the contexts of the PE as they are")         \
	X(UNKNOWN_MINUS_ONE, "unknown-sp-call-minus-one",                                          \
	  "a call of an SP that does not exist gets x0 = -1 instead of FFA_ERROR")                 \
	X(ERROR_ENDS_REQUEST, "error-ends-request",                                                \
	  "FFA_ERROR of an SP in a request ends it and goes to the requester")                     \
	X(LOG_PRINTED, "log-printed", "each CONSOLE_LOG is printed as it comes, nothing is kept")  \
	X(HRUN, "h-run-race", "FFA_RUN tests the context's state before it takes the lock")

enum quirk_id {
#define QUIRK_ENUM(id, name, doc) Q_##id,
	SPMC_QUIRKS(QUIRK_ENUM)
#undef QUIRK_ENUM
		QUIRK_COUNT
};
_Static_assert(QUIRK_COUNT <= 64, "one bit a quirk");

struct spmc_profile {
	const char *name, *doc;
	uint64_t quirks;
	unsigned thread_count; /* optee.md 1.2 */
	unsigned boot_limit_s; /* virtual seconds until an SP counts as never initialised */
	uint32_t version;
};

const struct spmc_profile *profile_find(const char *name);
/* Applies "name", "on"/"off". -EINVAL unknown name (*nearest set), -ERANGE bad value. */
int profile_switch(uint64_t *quirks, const char *name, const char *value, const char **nearest);
/* "d7-error-bounces". */
const char *profile_quirk_name(enum quirk_id id);
const char *profile_quirk_doc(enum quirk_id id);
/* The name of the list nearest to @name by edit distance. */
const char *profile_nearest(const char *name);

/* Rows of ffa.md section 9: what every SPMC decides one way or another. */
struct profile_choice {
	uint64_t quirks; /* all of them set: this text; 0 = otherwise */
	const char *text;
};
struct profile_row {
	unsigned number; /* of the row in ffa.md section 9; 0 = not of that table */
	const char *what;
	struct profile_choice choice[5];
};
const struct profile_row *profile_rows(size_t *n);
/* The first choice that fits @quirks. */
const char *profile_decides(const struct profile_row *row, uint64_t quirks);

#endif
