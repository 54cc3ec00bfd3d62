/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A scenario after reading: everything checked, every name resolved as far as it can be without
 * running. The vocabulary lives in tables (struct vkey) next to the code that stores the values;
 * `check`, the error messages and `points --vocabulary` all read those tables.
 */
#ifndef FFASIM_HOST_SCENARIO_H
#define FFASIM_HOST_SCENARIO_H

#include "explore/explore.h"
#include "ffasim/services.h"
#include "host/world.h"
#include "host/ynode.h"

#define SCN_TASKS_MAX 4096
#define SCN_FIELDS_MAX 6
#define SCN_REGS 18
#define SCN_DECIDE_AT_MAX 32
#define SCN_PE_EVENT (-2) /* the PE of the event that triggers */

enum vtype {
	V_STR,	  /* const char * */
	V_U64,	  /* uint64_t */
	V_I64,	  /* int64_t */
	V_UINT,	  /* unsigned */
	V_INT,	  /* int */
	V_BOOL,	  /* bool */
	V_TIME,	  /* uint64_t ns */
	V_BYTES,  /* uint64_t */
	V_PE,	  /* int; aux = a word that stands for SCN_PE_EVENT */
	V_PES,	  /* uint64_t mask, from a list or one number */
	V_ENUM,	  /* unsigned; aux = NULL-terminated words */
	V_TASK,	  /* int: index of a task */
	V_PART,	  /* int: index of a partition */
	V_EVENT,  /* struct epat * */
	V_REGS,	  /* struct scn_regs * */
	V_RANGES, /* struct scn_expect * */
	V_NODE,	  /* const struct ynode *, interpreted by its owner */
	V_DATA,	  /* struct scn_data * */
};

struct vkey {
	const char *name;
	enum vtype type;
	size_t off;
	bool required;
	const char *doc;
	const void *aux;
};

struct scn;
/* Fills @out from @map; an unknown key goes to @other (may be NULL = an error with the nearest). */
int vmap_parse(struct scn *s, const struct ynode *map, const struct vkey *keys, size_t count,
	       void *out,
	       int (*other)(struct scn *s, const char *key, const struct ynode *value, void *ctx),
	       void *ctx);
int vkey_unknown(struct scn *s, const struct ynode *key, const struct vkey *keys, size_t count,
		 const char *const *more, size_t more_count);
/* Which of @words, that a NULL ends, @n is; @what has it as its value. */
int scn_read_word(struct scn *s, const struct ynode *n, const char *what, const char *const *words,
		  unsigned *out);

/* An event pattern: name or prefix, @peN, {field=value, who=name}. Written
 * "ffa.run@pe1{w1=80020000}". */
struct epat_kind {
	uint16_t id;
	int8_t field[SCN_FIELDS_MAX];
};
struct epat_field {
	const char *name;
	uint64_t lo, hi;
	uint32_t word; /* interned; 0 = numeric */
};
struct epat {
	const struct ynode *node;
	const char *text;
	struct epat_kind *kind;
	size_t kind_count;
	int pe;	      /* -1 = any */
	uint32_t who; /* 0 = any */
	struct epat_field field[SCN_FIELDS_MAX];
	size_t field_count;
	struct epat *next; /* all patterns of the scenario */
};
struct epat *epat_parse(struct scn *s, const struct ynode *node);
struct epat *epat_parse_text(struct pool *pool, const struct ynode *node, const char *text,
			     unsigned pe_count, struct diag *d);
bool epat_match(const struct epat *p, const struct trace_rec *rec);
/* Points inside guest code exist only where a pattern names them: whether it does (guest_points.c),
 * and asking the back end for those of a scenario. */
bool guest_point_check(const struct epat *p, struct diag *d);
/* 0, or -EINVAL: the scenario names more of them than the back end can look for. */
int guest_points_fit(const struct scn *s);
void guest_points_arm(const struct scn *s);
/* True when the fields match too little: same kind, PE and flow, fields differ. */
bool epat_match_but_fields(const struct epat *p, const struct trace_rec *rec);

/* What a step must give: names with ranges. */
struct scn_range {
	const char *name;
	int64_t lo, hi;
	bool unsigned32;   /* compare the low 32 bits */
	bool is_partition; /* lo gets the id of partition `part`, shifted, once it has one */
	uint8_t part_shift;
	int16_t part;
	const struct ynode *node;
};
struct scn_expect {
	bool any; /* `expect: any` */
	struct scn_range *range;
	size_t count;
};
struct scn_regs {
	uint64_t x[SCN_REGS];
	int16_t part[SCN_REGS]; /* -1, or partition whose id goes into the register */
	uint8_t part_shift[SCN_REGS];
	bool given[SCN_REGS];
	int count;
};
struct scn_data {
	const uint8_t *bytes;
	size_t count;
};

struct step_args {
	const char *device, *as, *on, *service, *opcode, *module, *path, *id, *save;
	const struct ynode *shm;
	uint64_t bytes, offset, time_ns, length, every_ns;
	struct scn_data *data, *reply;
	struct scn_regs *x, *until;
	int task, to_pe;
	uint64_t mask;
	struct epat *event;
	uint64_t count, repeat;
	uint64_t login, func, b, c, command, answer;
	uint64_t cancel_id, ret, session_number, value[3];
	uint64_t arg_bytes, arg_params; /* of a call to a TA: told instead of the truth */
	const char *ta, *login_word;
	const struct ynode *params, *gid;
	bool sync;
	struct scn_gp *gp; /* a call to a TA */
	bool irqs_off, forever;
	int part; /* lock-call */
	unsigned lock;
	uint64_t hold_ns;
	bool mutex;
	struct scn_expect *expect;
	/* filled by resolving */
	int slot, on_slot, shm_slot, session_part;
	int32_t opcode_number;
	const struct ffasim_service *service_ref;
	const struct ffasim_service_op *op;
	uint64_t arg[FFASIM_SERVICE_ARGS];
	int arg_part[FFASIM_SERVICE_ARGS]; /* partition index + 1: its id is the argument */
	unsigned arg_count;
};

struct scn_step {
	const struct step_kind *kind;
	const struct ynode *node;
	struct step_args a;
	uint32_t text; /* interned, once it is first emitted */
};

struct scn_task {
	const char *name;
	int leader; /* index of the task whose process it shares, -1 = own */
	uint64_t affinity;
	unsigned policy;
	int nice, priority, start_pe;
	unsigned uid;
	uint64_t start_ns;
	struct epat *start_on;
	bool background;
	unsigned instance; /* of `count` */
	struct scn_step *step;
	size_t step_count;
	const struct ynode *node;
	/* parsing only */
	const struct ynode *steps, *start, *shares;
	unsigned copies, user_root;
};

struct scn_partition {
	const char *name, *manifest, *image;
	const char **overrides;
	struct ec_option *options;
	size_t option_count;
	const struct ynode *node, *options_node;
	const char *service; /* default service of a session on it: its folder's name */
};

enum inject_action {
	INJ_NONE,
	INJ_IRQ,
	INJ_MIGRATE,
	INJ_HOP, /* the task of the event, to the next PE */
	INJ_KILL,
	INJ_AFFINITY,
	INJ_CPU_DOWN,
	INJ_CPU_UP
};
struct scn_action {
	enum inject_action kind;
	int task, pe;
	unsigned intid;
	uint64_t mask;
};
struct scn_inject {
	const struct ynode *node;
	struct epat *on;
	int part, task; /* filters on the event, -1 = none */
	bool timed;
	uint64_t at_ns, after_ns, nth, times, every_ns;
	struct scn_action act, then;
	/* fault */
	struct fault_site *fault; /* NULL = an event or a time */
	int64_t value;
	uint64_t permille; /* 0 = each */
	bool at_boot;
};

enum expect_kind {
	EXPECT_ORDER,
	EXPECT_NEVER,
	EXPECT_SOMETIMES,
	EXPECT_ALWAYS,
	EXPECT_COUNT,
	EXPECT_BOUND,
	EXPECT_RESULT,
	EXPECT_LOG,
	EXPECT_NO_LOG,
	EXPECT_STOP,
	EXPECT_FINDING,
	EXPECT_THREADS,
	EXPECT_STATE,
};
struct scn_expectation {
	enum expect_kind kind;
	const struct ynode *node;
	struct epat **pat;
	size_t pat_count;
	/* count, bound */
	struct epat *event, *of, *equal_to;
	uint64_t min, max;
	double ratio_lo, ratio_hi;
	bool has_min, has_max, has_ratio;
	unsigned what;
	int pe, task;
	/* log, stop, finding, result, state */
	const char *text;
	unsigned word;
	int part;
};

/* One way to run the scenario, and how two of them must relate (variants.c). */
#define SCN_VARIANTS_MAX 16
#define SCN_COMPARISONS_MAX 32
#define SCN_COLUMNS_MAX 16
struct scn_variant {
	const char *name;
	const struct ynode *node, *set_node, *expect;
	const char **set; /* "path=value" */
	size_t set_count;
};
struct scn_comparison {
	const struct ynode *node, *of_node, *to_node, *ratio;
	unsigned metric;
	int of, to;
	double lo, hi;
};

struct scn_quirk {
	const char *name, *value;
};

struct scn_machine {
	unsigned pes, threads, preempt, linux_generation, tstee, points;
	const char *profile;
	uint64_t seed, tick_ns, time_limit_ns, watchdog_ns, hung_task_ns, rcu_timeout_ns;
	bool detectors, known_hazards, test_lsp;
	bool preempt_dynamic, skip_failed_sps, hardlockup, leaks, scattered;
	bool optee; /* a step needs the OP-TEE driver */
	unsigned tee_max_arg;
	const struct ynode *cost, *quirks, *modules, *module_files, *module_params;
	struct cost_table cost_table;
	const char **quirk_pairs;
	struct world_module *module;
	size_t module_count;
	struct world_module *use; /* files and parameters on top of the list */
	size_t use_count;
	bool no_modules;
};

struct scn {
	struct pool pool;
	struct diag *d;
	const char *path, *name, *goal;
	struct ynode *root;
	unsigned claim_mask; /* bit n = Cn */
	bool access_events;  /* an event pattern names code.access */
	struct scn_machine mach;
	struct scn_partition *part;
	size_t part_count;
	struct scn_task *task;
	size_t task_count;
	struct scn_inject *inject;
	size_t inject_count;
	struct scn_expectation *expect;
	size_t expect_count;
	struct scn_variant variant[SCN_VARIANTS_MAX];
	size_t variant_count;
	unsigned column[SCN_COLUMNS_MAX]; /* enum metric */
	size_t column_count;
	struct scn_comparison comparison[SCN_COMPARISONS_MAX];
	size_t comparison_count;
	struct plan plan; /* decisions: where the run leaves the usual way */
	/* Strategies of `explore` decide behind these events only; none: at every point. */
	struct epat *decide_at[SCN_DECIDE_AT_MAX];
	size_t decide_at_count;
	struct epat *patterns;
	/* named objects of processes: devices, sessions, shared memories, saved registers */
	struct scn_slot {
		int process;
		const char *name;
		enum slot_kind { SLOT_CTX, SLOT_SESSION, SLOT_SHM, SLOT_REG, SLOT_REQUEST } kind;
		int part;
		bool gp; /* a session with a TA */
		const struct ffasim_service *service;
	} * slot;
	size_t slot_count, slot_room;
};

/* Reads, applies @sets, checks. 0 or -EINVAL with @d. Free in both cases. */
int scn_load(struct scn *s, const char *path, const char *const *sets, size_t set_count,
	     struct diag *d);
/* The scenario of one of its variants. */
int scn_load_variant(struct scn *s, const char *path, const char *variant, const char *const *sets,
		     size_t set_count, struct diag *d);
int scn_load_text(struct scn *s, const char *name, const char *text, struct diag *d);
void scn_free(struct scn *s);
/* Parts of the loader, one a file. */
int scn_read_machine(struct scn *s, const struct ynode *map); /* NULL = the usual one */
int scn_read_partitions(struct scn *s, const struct ynode *list);
int scn_read_tasks(struct scn *s, const struct ynode *list);
int scn_read_injections(struct scn *s, const struct ynode *list);
int scn_read_expectations(struct scn *s, const struct ynode *list);
int scn_read_decisions(struct scn *s, const struct ynode *list);
int scn_read_decide_at(struct scn *s, const struct ynode *list);
/* Index of fault_sites(), or -EINVAL with the nearest name told at @n. */
int scn_fault_site(struct scn *s, const struct ynode *n, const char *name);
extern const struct vkey scn_decision_keys[];
#define SCN_DECISION_KEYS 10
int scn_read_steps(struct scn *s, struct scn_task *t, int task_index, const struct ynode *list);
int scn_task_index(struct scn *s, const struct ynode *node); /* -1 with a diagnostic */
int scn_part_index(struct scn *s, const struct ynode *node);
/* Relative to the working directory first, then to the scenario's own folder. */
const char *scn_find_path(struct scn *s, const char *path);
/* The object @name of this kind, made by a step above; @node is where it is named. */
int scn_slot_use(struct scn *s, const struct ynode *node, int process, const char *name,
		 enum slot_kind kind, int *out);
/* What --vocabulary prints: one section's table. */
struct vsection {
	const char *name;
	const struct vkey *keys;
	size_t count;
};
extern const struct vsection scn_machine_section, scn_partition_section;
size_t scn_sections(const struct vsection **out);
size_t step_sections(const struct vsection **out);
extern const char *const scn_preempt_words[], *const scn_stop_words[], *const scn_bound_words[];

#endif
