/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading `inject` and `expect`: what is done to a run, and what it must show. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/fault.h"
#include "host/scenario.h"

const char *const scn_stop_words[] = {"running",    "done",   "deadlock", "livelock",
				      "time-limit", "halted", NULL};
const char *const scn_bound_words[] = {"irq-latency",	"elapsed",	   "lock-wait",
				       "lock-wait-p99", "lock-wait-total", "lock-hold",
				       "lock-hold-p99", "lock-hold-total", "lock-spin",
				       "lock-spin-p99", "lock-spin-total", NULL};
#define FIRST_LOCK_BOUND 2u
static const char *const state_words[] = {"idle", "busy", "preempted", "dead", "booting", NULL};
static const char *const result_words[] = {"exited", "waiting", "killed", NULL};

struct action_keys {
	int irq_set;
	unsigned irq;
	int pe, to, migrate, kill, affinity_task, cpu_down, cpu_up;
	uint64_t mask;
	bool hop;
};

struct inject_keys {
	struct scn_inject inj;
	struct action_keys act;
	const struct ynode *then, *times;
	const char *fault;
};

#define A(name_, type_, field_, doc_)                                                              \
	{                                                                                          \
		name_, type_, offsetof(struct inject_keys, act.field_), false, doc_, NULL          \
	}
#define I(name_, type_, field_, doc_)                                                              \
	{                                                                                          \
		name_, type_, offsetof(struct inject_keys, inj.field_), false, doc_, NULL          \
	}
/* What an injection does, and what its `then` does. */
#define ACTION_ROWS                                                                                \
	A("irq", V_UINT, irq, "make this interrupt pending"),                                      \
		{"pe",                                                                             \
		 V_PE,                                                                             \
		 offsetof(struct inject_keys, act.pe),                                             \
		 false,                                                                            \
		 "PE of the interrupt, or `event`: where the event happened",                      \
		 "event"},                                                                         \
		A("migrate", V_TASK, migrate, "move this task (with `to`)"),                       \
		A("to", V_PE, to, "PE it moves to"),                                               \
		A("hop", V_BOOL, hop, "move the task of the event to the next PE online"),         \
		A("kill", V_TASK, kill, "SIGKILL to this task"),                                   \
		A("set-affinity", V_TASK, affinity_task,                                           \
		  "change the affinity of this task (with `pes`)"),                                \
		A("pes", V_PES, mask, "the new affinity")
static const struct vkey inject_keys[] = {
	I("on", V_EVENT, on, "event that triggers it"),
	I("partition", V_PART, part, "only events of this partition"),
	I("task", V_TASK, task, "only events of this task"),
	I("nth", V_U64, nth, "the nth matching event (default the first)"),
	I("times", V_U64, times, "this many events in a row; 0 = every one"),
	I("after", V_TIME, after_ns, "so long after the event"),
	I("at", V_TIME, at_ns, "at this virtual time after boot"),
	I("every", V_TIME, every_ns, "with `at`: again and again with this period"),
	ACTION_ROWS,
	{"fault", V_STR, offsetof(struct inject_keys, fault), false, "let this fault site fail",
	 NULL},
	I("value", V_I64, value, "what the failing site answers"),
	I("permille", V_U64, permille,
	  "fault: of `times` passages only so many of 1,000, by the seed"),
	I("at-boot", V_BOOL, at_boot, "arm the fault before boot"),
	{"then", V_NODE, offsetof(struct inject_keys, then), false,
	 "a second action: after the interrupt was taken, or right away", NULL},
};
static const struct vkey then_keys[] = {
	ACTION_ROWS,
};
#undef ACTION_ROWS
#undef A
#undef I
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void action_init(struct action_keys *a)
{
	*a = (struct action_keys){.pe = -1,
				  .to = -1,
				  .migrate = -1,
				  .kill = -1,
				  .affinity_task = -1,
				  .irq = INTID_NONE};
}

static int read_action(struct scn *s, const struct ynode *n, const struct action_keys *k,
		       struct scn_action *out)
{
	const struct ynode *v;
	int given = (k->irq != INTID_NONE) + (k->migrate >= 0) + (k->kill >= 0) +
		    (k->affinity_task >= 0) + k->hop;

	if (given > 1)
		return DIAG_NODE(s->d, n, "more than one action: put the second under 'then'");
	if (k->irq != INTID_NONE) {
		v = ynode_get(n, "irq");
		if (k->irq >= INTID_MAX)
			return DIAG_NODE(s->d, v, "interrupt %u does not exist (0..%d)", k->irq,
					 INTID_MAX - 1);
		if (k->irq < 32)
			return DIAG_NODE(s->d, v,
					 "interrupt %u belongs to the kernel; devices have 32..%d",
					 k->irq, INTID_MAX - 1);
		*out = (struct scn_action){
			.kind = INJ_IRQ, .intid = k->irq, .pe = k->pe == -1 ? 0 : k->pe};
		return 0;
	}
	if (k->migrate >= 0) {
		const struct scn_task *t = &s->task[k->migrate];

		if (k->to < 0)
			return DIAG_NODE(s->d, n, "'migrate' needs 'to'");
		if (t->affinity && !(t->affinity >> k->to & 1))
			return DIAG_NODE(s->d, ynode_get(n, "to"),
					 "PE %d is outside the affinity of task '%s'", k->to,
					 t->name);
		*out = (struct scn_action){.kind = INJ_MIGRATE, .task = k->migrate, .pe = k->to};
		return 0;
	}
	if (k->hop) {
		*out = (struct scn_action){.kind = INJ_HOP};
		return 0;
	}
	if (k->kill >= 0) {
		*out = (struct scn_action){.kind = INJ_KILL, .task = k->kill};
		return 0;
	}
	if (k->affinity_task >= 0) {
		if (!k->mask)
			return DIAG_NODE(s->d, n, "'set-affinity' needs 'pes'");
		*out = (struct scn_action){
			.kind = INJ_AFFINITY, .task = k->affinity_task, .mask = k->mask};
		return 0;
	}
	return DIAG_NODE(s->d, n, "no action: one of irq, migrate, hop, kill, set-affinity, fault");
}

/* -EINVAL when the action is about the event that triggers it; a time has none. */
static int needs_event(struct scn *s, const struct ynode *n, const struct action_keys *k)
{
	if (!k->hop && k->pe != SCN_PE_EVENT)
		return 0;
	return DIAG_NODE(s->d, n, "'%s' needs 'on': a time has neither task nor PE",
			 k->hop ? "hop" : "pe: event");
}

int scn_fault_site(struct scn *s, const struct ynode *n, const char *name)
{
	const int found = fault_find(name);
	struct fault_site *const *site;
	const char *words[256];
	size_t count, w;

	if (found >= 0)
		return found;
	site = fault_sites(&count);
	for (w = 0; w < count && w < COUNT(words); w++)
		words[w] = site[w]->name;
	return DIAG_NODE(s->d, n, "unknown fault site '%s' (did you mean '%s'?)", name,
			 word_nearest(name, words, w));
}

static int read_injection(struct scn *s, const struct ynode *n)
{
	struct inject_keys k = {.inj = {.node = n,
					.part = -1,
					.task = -1,
					.nth = 1,
					.times = 1,
					.value = FAULT_USUAL}};
	struct scn_inject *out = &s->inject[s->inject_count];

	action_init(&k.act);
	if (vmap_parse(s, n, inject_keys, COUNT(inject_keys), &k, NULL, NULL))
		return -EINVAL;
	if (k.fault) {
		const int site = scn_fault_site(s, ynode_get(n, "fault"), k.fault);
		size_t count;

		if (site < 0)
			return site;
		k.inj.fault = fault_sites(&count)[site];
	} else {
		if (read_action(s, n, &k.act, &k.inj.act))
			return -EINVAL;
		k.inj.timed = ynode_get(n, "at");
		if (!k.inj.timed == !k.inj.on)
			return DIAG_NODE(
				s->d, n,
				"an injection needs either 'on' (an event) or 'at' (a time)");
		if (k.inj.every_ns && !k.inj.timed)
			return DIAG_NODE(s->d, ynode_get(n, "every"), "'every' goes with 'at'");
		if (k.inj.timed && needs_event(s, n, &k.act))
			return -EINVAL;
		if (ynode_get(n, "every") && k.inj.every_ns < 1000)
			return DIAG_NODE(s->d, ynode_get(n, "every"),
					 "'every' must be at least 1us");
	}
	if (k.inj.permille > 1000 || (k.inj.permille && !k.fault))
		return DIAG_NODE(s->d, ynode_get(n, "permille"),
				 k.fault ? "'permille' is at most 1000"
					 : "'permille' goes with 'fault'");
	if (!k.inj.nth)
		return DIAG_NODE(s->d, ynode_get(n, "nth"), "'nth' counts from 1");
	if (k.then) {
		action_init(&k.act);
		if (vmap_parse(s, k.then, then_keys, COUNT(then_keys), &k, NULL, NULL) ||
		    read_action(s, k.then, &k.act, &k.inj.then))
			return -EINVAL;
		if (k.inj.timed && needs_event(s, k.then, &k.act))
			return -EINVAL;
	}
	*out = k.inj;
	s->inject_count++;
	return 0;
}

int scn_read_injections(struct scn *s, const struct ynode *list)
{
	if (!list)
		return 0;
	if (list->type != YNODE_SEQ)
		return DIAG_NODE(s->d, list, "'inject' must be a list, not %s", ynode_kind(list));
	s->inject = pool_alloc(&s->pool, (list->count + 1) * sizeof(*s->inject));
	for (size_t i = 0; i < list->count; i++) {
		if (read_injection(s, list->item[i]))
			return -EINVAL;
	}
	return 0;
}

/* --- expectations ------------------------------------------------------------------------------
 */

static int patterns(struct scn *s, const struct ynode *n, struct scn_expectation *e)
{
	size_t count = n->type == YNODE_SEQ ? n->count : 1;

	if (!count)
		return DIAG_NODE(s->d, n, "the list is empty");
	e->pat = pool_alloc(&s->pool, count * sizeof(*e->pat));
	for (size_t i = 0; i < count; i++) {
		e->pat[i] = epat_parse(s, n->type == YNODE_SEQ ? n->item[i] : n);
		if (!e->pat[i])
			return -EINVAL;
	}
	e->pat_count = count;
	return 0;
}

struct count_keys {
	struct epat *event, *of, *equal_event;
	uint64_t min, max, equal;
	const struct ynode *equal_node;
	const char *ratio;
};
#define C(name_, type_, field_, req_, doc_)                                                        \
	{                                                                                          \
		name_, type_, offsetof(struct count_keys, field_), req_, doc_, NULL                \
	}
static const struct vkey count_keys[] = {
	C("event", V_EVENT, event, true, "what is counted"),
	C("min", V_U64, min, false, "at least"),
	C("max", V_U64, max, false, "at most"),
	C("equal", V_NODE, equal_node, false, "exactly this number, or as many as this event"),
	C("of", V_EVENT, of, false, "with `ratio`: the event divided by"),
	C("ratio", V_STR, ratio, false, "lo..hi of event / of"),
};
#undef C

static int read_count(struct scn *s, const struct ynode *n, struct scn_expectation *e)
{
	struct count_keys k = {0};
	uint64_t exact;

	if (vmap_parse(s, n, count_keys, COUNT(count_keys), &k, NULL, NULL))
		return -EINVAL;
	e->event = k.event;
	e->of = k.of;
	e->has_min = ynode_get(n, "min");
	e->has_max = ynode_get(n, "max");
	e->min = k.min;
	e->max = k.max;
	if (k.equal_node) {
		if (k.equal_node->type == YNODE_SCALAR && word_u64(k.equal_node->text, &exact)) {
			e->has_min = e->has_max = true;
			e->min = e->max = exact;
		} else {
			e->equal_to = epat_parse(s, k.equal_node);
			if (!e->equal_to)
				return -EINVAL;
		}
	}
	if (k.ratio) {
		char *end;

		e->ratio_lo = strtod(k.ratio, &end);
		e->ratio_hi = strncmp(end, "..", 2) ? e->ratio_lo : strtod(end + 2, &end);
		if (*end || !e->of)
			return DIAG_NODE(s->d, ynode_get(n, "ratio"),
					 "'ratio' must be lo..hi and needs 'of'");
		e->has_ratio = true;
	}
	if (!e->has_min && !e->has_max && !e->equal_to && !e->has_ratio)
		return DIAG_NODE(s->d, n, "'count' needs one of min, max, equal, ratio");
	return 0;
}

struct bound_keys {
	const char *lock;
	unsigned what;
	int pe, task;
	uint64_t min, max;
};
#define B(name_, type_, field_, req_, doc_, ...)                                                   \
	{                                                                                          \
		name_, type_, offsetof(struct bound_keys, field_), req_, doc_, ##__VA_ARGS__       \
	}
static const struct vkey bound_keys[] = {
	B("what", V_ENUM, what, true, "figure that is bounded", scn_bound_words),
	B("pe", V_PE, pe, false, "of this PE only"),
	B("lock", V_STR, lock, false, "lock of S-EL1 that a lock figure is about"),
	B("min", V_TIME, min, false, "at least"),
	B("max", V_TIME, max, false, "at most"),
};
#undef B

static int read_bound(struct scn *s, const struct ynode *n, struct scn_expectation *e)
{
	struct bound_keys k = {.pe = -1};

	if (vmap_parse(s, n, bound_keys, COUNT(bound_keys), &k, NULL, NULL))
		return -EINVAL;
	e->what = k.what;
	e->pe = k.pe;
	e->text = k.lock;
	if (!k.lock != (k.what < FIRST_LOCK_BOUND))
		return DIAG_NODE(s->d, n,
				 k.lock ? "'lock' goes with lock figures only, not with '%s'"
					: "'%s' needs a 'lock'",
				 scn_bound_words[k.what]);
	e->min = k.min;
	e->max = k.max;
	e->has_min = ynode_get(n, "min");
	e->has_max = ynode_get(n, "max");
	if (!e->has_min && !e->has_max)
		return DIAG_NODE(s->d, n, "'bound' needs min or max");
	return 0;
}

/* {client: exited, spin: idle}: one expectation per pair. */
static int read_pairs(struct scn *s, const struct ynode *n, enum expect_kind kind)
{
	if (n->type != YNODE_MAP)
		return DIAG_NODE(s->d, n, "this must be a map of name: state, not %s",
				 ynode_kind(n));
	for (size_t i = 0; i < n->count; i++) {
		struct scn_expectation *e = &s->expect[s->expect_count];

		*e = (struct scn_expectation){
			.kind = kind, .node = n->item[i], .pe = -1, .task = -1};
		if (kind == EXPECT_RESULT) {
			e->task = scn_task_index(s, n->key[i]);
			if (e->task < 0 ||
			    scn_read_word(s, n->item[i], "result", result_words, &e->word))
				return -EINVAL;
			e->text = result_words[e->word];
		} else {
			e->part = scn_part_index(s, n->key[i]);
			if (e->part < 0 ||
			    scn_read_word(s, n->item[i], "state", state_words, &e->word))
				return -EINVAL;
			e->text = state_words[e->word];
		}
		s->expect_count++;
	}
	return 0;
}

static const struct {
	const char *name;
	enum expect_kind kind;
} expect_words[] = {
	{"order", EXPECT_ORDER},   {"never", EXPECT_NEVER},	{"sometimes", EXPECT_SOMETIMES},
	{"always", EXPECT_ALWAYS}, {"count", EXPECT_COUNT},	{"bound", EXPECT_BOUND},
	{"result", EXPECT_RESULT}, {"log", EXPECT_LOG},		{"no-log", EXPECT_NO_LOG},
	{"stop", EXPECT_STOP},	   {"finding", EXPECT_FINDING}, {"threads", EXPECT_THREADS},
	{"state", EXPECT_STATE},
};

static int read_expectation(struct scn *s, const struct ynode *n)
{
	struct scn_expectation *e = &s->expect[s->expect_count];
	const struct ynode *v;
	const char *words[COUNT(expect_words)];
	uint64_t number;
	size_t i = 0;

	if (n->type != YNODE_MAP || n->count != 1)
		return DIAG_NODE(
			s->d, n,
			"an expectation must be one word with its value, like never: stall");
	v = n->item[0];
	for (; i < COUNT(expect_words); i++) {
		words[i] = expect_words[i].name;
		if (!strcmp(expect_words[i].name, n->key[0]->text))
			break;
	}
	if (i == COUNT(expect_words))
		return DIAG_NODE(s->d, n->key[0], "unknown expectation '%s' (did you mean '%s'?)",
				 n->key[0]->text, word_nearest(n->key[0]->text, words, i));
	*e = (struct scn_expectation){
		.kind = expect_words[i].kind, .node = n, .pe = -1, .task = -1};
	switch (e->kind) {
	case EXPECT_ORDER:
	case EXPECT_NEVER:
	case EXPECT_SOMETIMES:
	case EXPECT_ALWAYS:
		if (patterns(s, v, e))
			return -EINVAL;
		break;
	case EXPECT_COUNT:
		if (read_count(s, v, e))
			return -EINVAL;
		break;
	case EXPECT_BOUND:
		if (read_bound(s, v, e))
			return -EINVAL;
		break;
	case EXPECT_STOP:
		if (scn_read_word(s, v, "stop", scn_stop_words, &e->word))
			return -EINVAL;
		break;
	case EXPECT_THREADS:
		if (v->type != YNODE_SCALAR || !word_u64(v->text, &number))
			return DIAG_NODE(s->d, v, "'threads' must be a number");
		e->min = number;
		break;
	case EXPECT_RESULT:
	case EXPECT_STATE:
		return read_pairs(s, v, e->kind);
	default:
		if (v->type == YNODE_SEQ) {
			for (size_t j = 0; j < v->count; j++) {
				e = &s->expect[s->expect_count];
				if (v->item[j]->type != YNODE_SCALAR)
					return DIAG_NODE(s->d, v->item[j], "'%s' must be text",
							 words[i]);
				*e = (struct scn_expectation){.kind = expect_words[i].kind,
							      .node = v->item[j],
							      .pe = -1,
							      .task = -1,
							      .text = v->item[j]->text};
				s->expect_count++;
			}
			return 0;
		}
		if (v->type != YNODE_SCALAR)
			return DIAG_NODE(s->d, v, "'%s' must be text", n->key[0]->text);
		e->text = v->text;
	}
	s->expect_count++;
	return 0;
}

int scn_read_expectations(struct scn *s, const struct ynode *list)
{
	size_t room = 1;

	if (!list)
		return 0;
	if (list->type != YNODE_SEQ)
		return DIAG_NODE(s->d, list, "'expect' must be a list, not %s", ynode_kind(list));
	for (size_t i = 0; i < list->count; i++) {
		const struct ynode *n = list->item[i];

		room += n->type == YNODE_MAP && n->count ? n->item[0]->count + 1 : 1;
	}
	s->expect = pool_alloc(&s->pool, room * sizeof(*s->expect));
	for (size_t i = 0; i < list->count; i++) {
		if (read_expectation(s, list->item[i]))
			return -EINVAL;
	}
	return 0;
}
