/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The section `decisions:` of a scenario: where a run leaves the usual way. `ffasim explore` writes
 * it, `ffasim run` and `ffasim replay` follow it. Points and questions are counted from the moment
 * the tasks start; `in` is for the reader.
 *
 * And `decide-at:`, which says where `ffasim explore` looks for them. It changes what strategies
 * count; decisions are written with the numbers of all points.
 */
#include <errno.h>
#include <string.h>

#include "host/run.h"

#define INTID_EXPLORE 255

static const char *const do_words[] = {"hold", "irq", "preempt", "move", NULL};
static const uint8_t do_kind[] = {ORACLE_HOLD, ORACLE_IRQ, ORACLE_PREEMPT, ORACLE_MOVE};

struct keys {
	uint64_t at, nth, times, question, answer;
	unsigned what;
	int to;
	int64_t value;
	const char *fault, *in;
};
#define D(name_, type_, field_, doc_, ...)                                                         \
	{                                                                                          \
		name_, type_, offsetof(struct keys, field_), false, doc_, ##__VA_ARGS__            \
	}
const struct vkey scn_decision_keys[SCN_DECISION_KEYS] = {
	D("at", V_U64, at, "number of the point at which something is done"),
	D("do", V_ENUM, what,
	  "hold: the PE waits until no other can go on; irq: an interrupt arrives; preempt: "
	  "another "
	  "task gets the PE; move: the task goes to another PE",
	  do_words),
	D("to", V_PE, to, "move: to this PE"),
	D("fault", V_STR, fault, "fault site that fails"),
	D("nth", V_U64, nth, "fault: at this passage since the tasks started (1)"),
	D("value", V_I64, value, "fault: one of the site's values (its usual one)"),
	D("times", V_U64, times, "fault: so many passages from there on (1), 0: for ever"),
	D("question", V_U64, question, "number of a question with several answers"),
	D("answer", V_U64, answer, "the answer it gets"),
	D("in", V_STR, in, "where that is, for the reader"),
};
#undef D

static int read_one(struct scn *s, const struct ynode *n, struct decision *d)
{
	struct keys k = {.to = -1, .nth = 1, .times = 1, .value = FAULT_USUAL};
	int given;

	if (vmap_parse(s, n, scn_decision_keys, SCN_DECISION_KEYS, &k, NULL, NULL))
		return -EINVAL;
	given = !!ynode_get(n, "at") + !!k.fault + !!ynode_get(n, "question");
	if (given != 1)
		return DIAG_NODE(s->d, n, "a decision has one of 'at', 'fault' and 'question'");
	if (k.fault) {
		const int site = scn_fault_site(s, ynode_get(n, "fault"), k.fault);

		if (site < 0)
			return site;
		*d = (struct decision){.kind = ORACLE_FAULT,
				       .site = (uint16_t)site,
				       .at = (uint32_t)k.nth,
				       .answer = k.times == 0	? FAULT_FOREVER
						 : k.times == 1 ? 0
								: (uint32_t)k.times};
		if (!k.nth)
			return DIAG_NODE(s->d, ynode_get(n, "nth"), "passages count from 1");
		if (decision_fault_value(d, k.value))
			return 0;
		return DIAG_NODE(s->d, ynode_get(n, "value"),
				 "fault site '%s' has no value %lld (points lists them)", k.fault,
				 (long long)k.value);
	}
	if (ynode_get(n, "question")) {
		if (!ynode_get(n, "answer"))
			return DIAG_NODE(s->d, n, "a 'question' needs an 'answer'");
		*d = (struct decision){.kind = ORACLE_PE,
				       .at = (uint32_t)k.question,
				       .answer = (uint32_t)k.answer};
		return 0;
	}
	if (!ynode_get(n, "do"))
		return DIAG_NODE(s->d, n, "what happens there? 'do' is hold, irq, preempt or move");
	*d = (struct decision){.kind = do_kind[k.what], .at = (uint32_t)k.at};
	if (!k.at)
		return DIAG_NODE(s->d, ynode_get(n, "at"), "points count from 1");
	if ((d->kind == ORACLE_MOVE) != (k.to >= 0))
		return DIAG_NODE(s->d, n, "'to' goes with 'do: move', and only with it");
	if (d->kind == ORACLE_MOVE)
		d->answer = (uint32_t)k.to;
	return 0;
}

int scn_read_decisions(struct scn *s, const struct ynode *list)
{
	if (!list)
		return 0;
	if (list->type != YNODE_SEQ || list->count > DECISIONS_MAX)
		return DIAG_NODE(s->d, list, "'decisions' must be a list of at most %d decisions",
				 DECISIONS_MAX);
	for (size_t i = 0; i < list->count; i++) {
		if (read_one(s, list->item[i], &s->plan.d[s->plan.count]))
			return -EINVAL;
		s->plan.count++;
	}
	plan_sort(&s->plan);
	return 0;
}

int scn_read_decide_at(struct scn *s, const struct ynode *list)
{
	if (!list)
		return 0;
	if (list->type != YNODE_SEQ || !list->count || list->count > SCN_DECIDE_AT_MAX)
		return DIAG_NODE(s->d, list, "'decide-at' must be a list of 1 to %d events",
				 SCN_DECIDE_AT_MAX);
	for (size_t i = 0; i < list->count; i++) {
		s->decide_at[i] = epat_parse(s, list->item[i]);
		if (!s->decide_at[i])
			return -EINVAL;
	}
	s->decide_at_count = list->count;
	return 0;
}

/* On the boot flow, before the tasks: what decisions need of the world. */
void run_decide_prepare(struct run *run)
{
	size_t sites;
	struct fault_site *const *site = fault_sites(&sites);

	for (unsigned pe = 0; pe < run->s->mach.pes; pe++)
		klinux_device_irq(run->w.k, INTID_EXPLORE, pe, "explore");
	machine->ask_intid = INTID_EXPLORE;
	/* Passages count from here, unless the scenario has a fault of its own at a site. */
	for (size_t i = 0; i < sites; i++)
		if (!site[i]->armed)
			site[i]->passed = 0;
}

void run_decide_start(struct machine *m, struct follow *f, const struct plan *plan)
{
	follow_start(f, plan, &m->oracle);
	m->asks = true;
}
