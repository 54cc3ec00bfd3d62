/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The 38 rows of ffa.md section 9 as texts chosen by quirks, for people who compare SPMCs. A row
 * says what a profile does; the code that does it asks for the same quirk. "Not modelled" in a text
 * is meant literally.
 */
#include "spmc/profile.h"

#define Q(id) (1ULL << Q_##id)

static const struct profile_row rows[] = {
	{"version lock",
	 {{Q(VERSION_UNLOCKED), "never locks"},
	  {Q(VERSION_STORED), "locks at the first call; VERSION then returns the agreed version"},
	  {0, "locks at the first call; another value: NOT_SUPPORTED"}}},
	{"Normal world before VERSION",
	 {{Q(NWD_NEEDS_VERSION), "every call: NOT_SUPPORTED"}, {0, "works as version 1.0"}}},
	{"kinds of partition",
	 {{Q(OPTEE_ENDPOINT), "S-EL0 with one context, and the Trusted OS itself"},
	  {0, "S-EL0 or S-EL1 with one context"}}},
	{"runtime model checks",
	 {{Q(NO_RUNTIME_MODELS), "none: idle or busy is all that counts"},
	  {0, "INIT, RUN, DIR_REQ and SEC_INTERRUPT"}}},
	{"request to a busy, preempted or blocked SP", {{0, "BUSY"}}},
	{"request to a dead SP", {{Q(DEAD_IS_BUSY), "BUSY"}, {0, "ABORTED"}}},
	{"receiver lacks the message property",
	 {{Q(PROP_NOT_SUPPORTED), "NOT_SUPPORTED"}, {0, "DENIED"}}},
	{"SP direct request to the Normal world / another SP",
	 {{Q(PROP_NOT_SUPPORTED), "NOT_SUPPORTED / allowed"},
	  {Q(NO_SP_REQUESTS), "INVALID_PARAMETERS / INVALID_PARAMETERS"},
	  {0, "INVALID_PARAMETERS / allowed"}}},
	{"SP calls FFA_RUN",
	 {{Q(NO_RUNTIME_MODELS), "INVALID_PARAMETERS (unknown function)"},
	  {Q(NO_SP_REQUESTS), "INVALID_PARAMETERS"},
	  {0, "allowed on a preempted or blocked SP"}}},
	{"SP calls FFA_YIELD",
	 {{Q(NO_RUNTIME_MODELS), "INVALID_PARAMETERS (unknown function)"},
	  {Q(NO_YIELD), "NOT_SUPPORTED"},
	  {0, "supported"}}},
	{"width of a direct response",
	 {{Q(RESP_INVALID), "must match the request (INVALID_PARAMETERS)"},
	  {0, "free; REQ2 needs RESP2 (DENIED)"}}},
	{"response to the wrong destination",
	 {{Q(RESP_INVALID), "INVALID_PARAMETERS"}, {0, "DENIED"}}},
	{"NS interrupt, action queued", {{0, "stays pending until the SP leaves"}}},
	{"NS interrupt, action managed exit", {{0, "S-EL0: the manifest is refused"}}},
	{"NS interrupt, action signalled, in a chain",
	 {{Q(NEVER_PREEMPTED), "no SP is ever preempted"},
	  {Q(THREAD_POOL), "the whole thread is suspended; callers see nothing"},
	  {0, "one level at a time; a calling SP gets FFA_INTERRUPT"}}},
	{"FFA_INTERRUPT w1, low half",
	 {{Q(THREAD_POOL), "thread id"}, {0, "execution context index"}}},
	{"FFA_RUN with a wrong low half", {{Q(THREAD_POOL), "DENIED"}, {0, "INVALID_PARAMETERS"}}},
	{"FFA_RUN of a waiting SP",
	 {{Q(THREAD_POOL), "DENIED: not preempted"}, {0, "runs it in RTM_FFA_RUN"}}},
	{"a preempted context moves to another PE",
	 {{Q(THREAD_POOL), "by FFA_RUN on any PE"},
	  {0, "by FFA_RUN on any PE when it has no chain links"}}},
	{"action of a callee down a chain",
	 {{Q(D8), "its own alone"}, {0, "the least permissive of all above it"}}},
	{"PARTITION_INFO_GET without a match",
	 {{Q(INFO_EMPTY_OK), "SUCCESS, count 0"}, {0, "INVALID_PARAMETERS"}}},
	{"PARTITION_INFO_GET without room",
	 {{Q(INFO_RX_LOST), "INVALID_PARAMETERS, and RX counts as full"}, {0, "NO_MEMORY"}}},
	{"PARTITION_INFO_GET_REGS", {{Q(NO_INFO_REGS), "NOT_SUPPORTED"}, {0, "served"}}},
	{"RX full at retrieve", {{Q(MEM_OPTEE), "DENIED"}, {Q(MEM_TFA), "DENIED"}, {0, "BUSY"}}},
	{"memory operations of an SP",
	 {{Q(MEM_OPTEE), "SHARE"}, {Q(MEM_TFA), "none"}, {0, "SHARE, LEND, DONATE"}}},
	{"fragmented memory descriptors",
	 {{Q(MEM_OPTEE), "Normal world to the Trusted OS only"}, {0, "yes"}}},
	{"second retrieve by one borrower",
	 {{Q(MEM_OPTEE), "counted"}, {Q(MEM_TFA), "counted"}, {0, "DENIED"}}},
	{"overlap with another transaction",
	 {{Q(NO_OVERLAP_CHECK), "DENIED for an SP's pages, not noticed for the Normal world's"},
	  {Q(MEM_TFA), "INVALID_PARAMETERS"},
	  {0, "DENIED"}}},
	{"unknown handle at retrieve", {{Q(MEM_OPTEE), "DENIED"}, {0, "INVALID_PARAMETERS"}}},
	{"MEM_PERM after init", {{0, "DENIED"}}},
	{"notifications",
	 {{Q(NO_NOTIFICATIONS), "none"},
	  {Q(NTF_OPTEE), "to VM 0 from the Trusted OS, global"},
	  {0, "to VMs and SPs, global and per vCPU"}}},
	{"indirect messages", {{Q(NO_INDIRECT), "no"}, {0, "yes"}}},
	{"power messages to SPs", {{0, "not modelled"}}},
	{"VM availability messages", {{Q(NO_VM_MESSAGES), "no"}, {0, "yes"}}},
	{"CONSOLE_LOG", {{0, "each call is a line"}}},
	{"SECONDARY_EP_REGISTER",
	 {{Q(SVC_UNKNOWN_INVALID), "INVALID_PARAMETERS (unknown function)"},
	  {0, "NOT_SUPPORTED: partitions have one context"}}},
	{"conduit of an SP", {{0, "SVC"}}},
	{"FFA_ERROR of an SP outside init",
	 {{Q(D7), "comes back to the same SP, its request stays open"}, {0, "NOT_SUPPORTED"}}},
};

const struct profile_row *profile_rows(size_t *n)
{
	*n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

const char *profile_decides(const struct profile_row *row, uint64_t quirks)
{
	const struct profile_choice *c = row->choice;

	while (c->quirks && (quirks & c->quirks) != c->quirks)
		c++;
	return c->text;
}
