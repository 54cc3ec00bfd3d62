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
	uint64_t at_ns, x[31];
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

static void client_main(void *arg)
{
	struct spmc_partition_view v;
	struct ffasim_client c;
	struct ffasim_shm shm;
	uint32_t session;

	t.failed = !spmc_partition_by_name(t.w.spmc, "torture", &v) ||
		   ffasim_client_open(&c, NULL, v.id) ||
		   ffasim_client_open_session(&c, ffasim_service_find("torture")->uuid, &session) ||
		   ffasim_client_shm_alloc(&c, 4096, &shm);
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
	struct spmc_partition_view v;
	struct ffasim_invoke out;
	struct ffasim_client c;
	struct ffasim_shm shm;
	uint32_t session;

	t.failed = !spmc_partition_by_name(t.w.spmc, "torture", &v) ||
		   ffasim_client_open(&c, NULL, v.id) ||
		   ffasim_client_open_session(&c, ffasim_service_find("torture")->uuid, &session) ||
		   ffasim_client_shm_alloc(&c, 4096, &shm);
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
	intc_set_target(t.w.m, IRQ, 0);
	intc_raise(t.w.m, 0, IRQ);
	kuser_work_ns(10000000); /* no idle PE: its clock bounds the other one's blocks */
}

static void see_alu(struct trace_sink *sink, const struct trace_rec *rec)
{
	if (!strcmp(trace_kind_by_id(rec->kind)->name, "ffa.interrupt") && !t.preempted++)
		memcpy(t.x, t.w.spmc->sp[0]->ctx[0].saved.x, sizeof(t.x));
}

static void ready_alu(void *arg)
{
	struct ktask_attr attr = {.start_pe = 0, .affinity = 1},
			  other = {.start_pe = 1, .affinity = 2};

	klinux_device_irq(t.w.k, IRQ, 0, "device");
	t.sink.emit = see_alu;
	trace_add_sink(&t.w.m->trace, &t.sink);
	t.task = ktask_create_user(t.w.k, "client", alu_main, NULL, &attr);
	if (t.from_other) {
		ktask_create_user(t.w.k, "other", other_main, NULL, &other);
	} else {
		t.ev = (struct ev){.fn = raise_irq};
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

static void alu_interrupted_at(uint64_t at_ns, bool from_other)
{
	memset(&t, 0, sizeof(t));
	t.at_ns = at_ns;
	t.from_other = from_other;
	run_in_world(ready_alu);
	assert_false(t.failed);
	assert_int_equal(t.preempted > 0, true);
}

/*
 * Virtual time = instructions x cost: an interrupt finds the SP at the instruction that its time
 * implies, whether a device or another PE raised it. In the loop each instruction but two changes
 * a register, so later by one instruction is another state.
 */
static void exact_from_anywhere(void **state)
{
	const uint64_t insn_ns = 1, start_ns = 3000000;
	uint64_t last[31] = {0};
	unsigned same = 0;

	for (unsigned i = 0; i < 23; i++) {
		uint64_t x[31];

		alu_interrupted_at(start_ns + i * insn_ns, false);
		memcpy(x, t.x, sizeof(x));
		alu_interrupted_at(start_ns + i * insn_ns, true);
		assert_memory_equal(x, t.x, sizeof(x));
		if (!memcmp(x, last, sizeof(x)))
			same++;
		memcpy(last, x, sizeof(x));
	}
	assert_in_range(same, 1, 7); /* the branch, and an `orr` that adds nothing new */
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
		cmocka_unit_test(exact_from_anywhere),
	};

	if (!world_find_file("sp", "aarch64/torture") ||
	    !world_find_file("backend", "el0.backend.so"))
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
