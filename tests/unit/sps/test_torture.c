/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An interrupt at every single instruction of the torture SP's request handler, the SP going on on
 * the other PE each time, from PE0 to PE1 and from PE1 to PE0: the answer never changes. And the
 * test's own proof: a register changed on the way does change it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ffasim/client.h"
#include "ffasim/services.h"
#include "host/world.h"
#include "sp/guest.h"
#include "spmc/spmc_internal.h"

#define IRQ 40
#define SEED 7

static struct {
	struct world w;
	struct trace_sink sink;
	struct ev ev;
	struct task_struct *task;
	uint64_t fired, preempted, migrated;
	bool damage;
	uint64_t reference, points, wrong;
	bool failed;
	bool from_other;
	unsigned sp_pe;
	uint64_t at_ns, pc, turns;
} t;

static void raise_irq(struct ev *ev)
{
	const unsigned pe = (unsigned)(uintptr_t)ev->ctx;

	intc_set_target(t.w.m, IRQ, pe);
	intc_raise(t.w.m, pe, IRQ);
}

static void see(struct trace_sink *sink, const struct trace_rec *rec)
{
	const char *name = trace_kind_by_id(rec->kind)->name;

	if (!strcmp(name, "guest.insn")) {
		t.fired++;
		t.ev = (struct ev){.fn = raise_irq, .ctx = (void *)(uintptr_t)rec->pe};
		evq_add(&t.w.m->evq, &t.ev, rec->time_ns);
	} else if (!strcmp(name, "irq.taken") && rec->arg[0] == IRQ) {
		ktask_migrate(t.task, rec->pe ^ 1u);
	} else if (!strcmp(name, "ffa.interrupt")) {
		t.preempted++;
		if (t.damage) /* what an SPMC that loses a register would do */
			t.w.spmc->sp[0]->ctx[0].saved.v[8][1] ^= 1;
	} else if (!strcmp(name, "sp.migrated")) {
		t.migrated++;
	}
}

static uint64_t mix(struct ffasim_client *c, uint32_t session, struct ffasim_shm *shm)
{
	struct ffasim_invoke out;
	uint64_t *word = shm->ptr;

	word[0] = SEED;
	word[1] = 1;
	t.failed |= ffasim_client_invoke(c, session, 1, shm, 16, &out) || out.ret;
	return word[0];
}

/* One invoke with the interrupt before instruction @n. False: the handler has no such one. */
static bool at(uint64_t n, struct ffasim_client *c, uint32_t session, struct ffasim_shm *shm)
{
	const uint64_t before = t.preempted, hops = t.migrated;

	t.fired = 0;
	guest_probes_clear();
	guest_probe_add(&(struct guest_probe){.kind = GUEST_PROBE_INSN, .lo = n, .hi = n});
	if (mix(c, session, shm) != t.reference)
		t.wrong++;
	if (t.fired) {
		t.points++;
		t.failed |= t.fired != 1 || t.preempted != before + 1 || t.migrated != hops + 1;
	}
	return t.fired;
}

static bool client_open(struct ffasim_client *c, uint32_t *session, struct ffasim_shm *shm)
{
	struct spmc_partition_view v;

	return spmc_partition_by_name(t.w.spmc, "torture", &v) &&
	       !ffasim_client_open(c, NULL, v.id) &&
	       !ffasim_client_open_session(c, ffasim_service_find("torture")->uuid, session) &&
	       !ffasim_client_shm_alloc(c, 4096, shm);
}

static void client_main(void *arg)
{
	struct ffasim_client c;
	struct ffasim_shm shm;
	uint32_t session;

	t.failed = !client_open(&c, &session, &shm);
	if (!t.failed) {
		t.reference = mix(&c, session, &shm);
		/* Twice each: the second time it starts on the other PE. */
		for (uint64_t n = 0; !t.failed && at(n, &c, session, &shm); n++)
			at(n, &c, session, &shm);
		guest_probes_clear();
		ffasim_shm_close_fd(&shm);
		ffasim_client_close(&c);
	}
	machine_stop(machine, MACHINE_DONE, "done");
}

/*
 * Another PE raises the interrupt, @from_other, or an event does; `t.at_ns` after the handler
 * began. The registers it finds are t.x.
 */
static void alu_main(void *arg)
{
	struct ffasim_invoke out;
	struct ffasim_client c;
	struct ffasim_shm shm;
	uint32_t session;

	t.failed = !client_open(&c, &session, &shm);
	if (!t.failed) {
		memset(shm.ptr, 0, 4096);
		*(uint64_t *)shm.ptr = 2000000;
		t.failed = ffasim_client_invoke(&c, session, 3, &shm, 8, &out) || out.ret;
		ffasim_shm_close_fd(&shm);
		ffasim_client_close(&c);
	}
	machine_stop(machine, MACHINE_DONE, "done");
}

static void other_main(void *arg)
{
	kuser_work_ns(t.at_ns - pe_self()->now_ns);
	if (t.from_other) {
		intc_set_target(t.w.m, IRQ, t.sp_pe);
		intc_raise(t.w.m, t.sp_pe, IRQ);
	}
	kuser_work_ns(10000000); /* no idle PE: its clock bounds the other one's blocks */
}

static void see_alu(struct trace_sink *sink, const struct trace_rec *rec)
{
	if (!strcmp(trace_kind_by_id(rec->kind)->name, "ffa.interrupt") && !t.preempted++) {
		t.turns = t.w.spmc->sp[0]->ctx[0].saved.x[8];
		t.pc = t.w.spmc->sp[0]->ctx[0].ec->ops->pc(t.w.spmc->sp[0]->ctx[0].ec);
	}
}

static void ready_alu(void *arg)
{
	const unsigned pe = t.sp_pe;
	struct ktask_attr attr = {.start_pe = (int)pe, .affinity = 1u << pe},
			  other = {.start_pe = (int)!pe, .affinity = 1u << !pe};

	klinux_device_irq(t.w.k, IRQ, pe, "device");
	t.sink.emit = see_alu;
	trace_add_sink(&t.w.m->trace, &t.sink);
	t.task = ktask_create_user(t.w.k, "client", alu_main, NULL, &attr);
	ktask_create_user(t.w.k, "other", other_main, NULL, &other);
	if (!t.from_other) {
		t.ev = (struct ev){.fn = raise_irq, .ctx = (void *)(uintptr_t)pe};
		evq_add(&t.w.m->evq, &t.ev, t.at_ns);
	}
}

static void ready(void *arg)
{
	struct ktask_attr attr = {.start_pe = 0};

	for (unsigned pe = 0; pe < 2; pe++)
		klinux_device_irq(t.w.k, IRQ, pe, "device");
	t.sink.emit = see;
	trace_add_sink(&t.w.m->trace, &t.sink);
	t.task = ktask_create_user(t.w.k, "client", client_main, NULL, &attr);
}

static void run_in_world(void (*ready)(void *arg))
{
	static struct world_config cfg;

	guest_probes_clear();
	world_config_init(&cfg);
	cfg.machine.pe_count = 2;
	cfg.machine.cost.guest_insn_ns = 1;
	cfg.linux_cfg.tick_ns = 1000000000;
	cfg.ready = ready;
	cfg.partition[0] = (struct world_partition){
		.name = "torture", .manifest = "sps/spin/spin.dts", .image = "aarch64/torture"};
	cfg.partition_count = 1;
	if (world_create(&t.w, &cfg))
		fail_msg("%s", t.w.error);
	assert_int_equal(world_run(&t.w), MACHINE_DONE);
	assert_null(t.w.m->report.first);
	world_destroy(&t.w);
}

static void run_world(bool damage)
{
	memset(&t, 0, sizeof(t));
	t.damage = damage;
	run_in_world(ready);
}

static void alu_interrupted_at(uint64_t at_ns, unsigned sp_pe, bool from_other)
{
	memset(&t, 0, sizeof(t));
	t.sp_pe = sp_pe;
	t.at_ns = at_ns;
	t.from_other = from_other;
	run_in_world(ready_alu);
	assert_false(t.failed);
	assert_int_equal(t.preempted > 0, true);
}

/*
 * Virtual time = instructions x cost: an interrupt finds the SP at the instruction that its time
 * implies, whether a device or another PE raised it, and one instruction further a nanosecond
 * later.
 */
static void exact_from_anywhere(unsigned sp_pe)
{
	const uint64_t start_ns = 3000000, insns = 10; /* of the loop */
	uint64_t turns = 0, first = 0, last = 0;

	for (unsigned i = 0; i <= 2 * insns; i++) {
		uint64_t pc, turn;

		alu_interrupted_at(start_ns + i, sp_pe, false);
		pc = t.pc;
		turn = t.turns;
		alu_interrupted_at(start_ns + i, sp_pe, true);
		assert_int_equal(t.pc, pc);
		assert_int_equal(t.turns, turn);
		if (!i) {
			first = pc;
			turns = turn;
		} else {
			assert_true(pc == last + 4 || pc == last - 4 * (insns - 1));
		}
		last = pc;
	}
	assert_int_equal(last, first);
	assert_in_range(t.turns, turns + 2, turns + 3);
}

static void exact_on_pe0(void **state)
{
	exact_from_anywhere(0);
}

/* Of PEs at the same time the lower number goes first: here that is who raises it. */
static void exact_on_pe1(void **state)
{
	exact_from_anywhere(1);
}

/* optee.md 4: preemption is invisible to the SP, whatever instruction it hits (S35). */
static void every_instruction(void **state)
{
	run_world(false);
	assert_false(t.failed);
	assert_int_equal(t.wrong, 0);
	/* Twice the instructions of the handler, which is no short one. */
	assert_in_range(t.points, 2 * 500, 2 * 5000);
	print_message("%llu interrupts placed\n", (unsigned long long)t.points);
}

/* The proof: half of q8 changed at each preemption, and the answers where it is in use are wrong.
 */
static void a_lost_register_shows(void **state)
{
	run_world(true);
	assert_false(t.failed);
	assert_in_range(t.wrong, 8, t.points / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_instruction),
		cmocka_unit_test(a_lost_register_shows),
		cmocka_unit_test(exact_on_pe0),
		cmocka_unit_test(exact_on_pe1),
	};

	if (!world_find_file("sp", "aarch64/torture") ||
	    !world_find_file("backend", "el0.backend.so"))
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
