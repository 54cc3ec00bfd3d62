/* SPDX-License-Identifier: BSD-3-Clause */
/* The machine of harness.h. */
#include "harness_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/invariants.h"

struct harness h;
static char failure[300];
static void (*body_now)(void);
static uint64_t tick_ns[PE_MAX];

/* ---- trace sink: counters ---- */
static struct {
	unsigned count;
	struct trace_rec last;
} events[512];

static void sink_emit(struct trace_sink *sink, const struct trace_rec *rec)
{
	(void)sink;
	if (rec->kind < 512) {
		events[rec->kind].count++;
		events[rec->kind].last = *rec;
	}
}
static struct trace_sink sink = {.emit = sink_emit};

unsigned seen(const char *kind)
{
	const struct trace_kind *k = trace_kind_find(kind);

	CHECK(k);
	return events[k->id].count;
}

uint64_t last_arg(const char *kind, unsigned index)
{
	const struct trace_kind *k = trace_kind_find(kind);

	CHECK(k);
	return events[k->id].last.arg[index];
}

/* ---- checks ---- */
void done(void)
{
	machine_stop(h.m, MACHINE_DONE, "test over");
	abort();
}

void check(bool ok, const char *text, const char *file, int line)
{
	if (ok)
		return;
	if (!failure[0])
		snprintf(failure, sizeof(failure), "%s:%d: %s", file, line, text);
	done();
}

void check_eq(uint64_t a, uint64_t b, const char *text, const char *file, int line)
{
	if (a == b)
		return;
	if (!failure[0])
		snprintf(failure, sizeof(failure), "%s:%d: %s: %#llx, %#llx", file, line, text,
			 (unsigned long long)a, (unsigned long long)b);
	done();
}

/* ---- Normal world ---- */
struct smc_regs smc(uint64_t fid, uint64_t w1, uint64_t w2, uint64_t w3, uint64_t w4, uint64_t w5,
		    uint64_t w6, uint64_t w7)
{
	struct smc_regs r = {.x = {fid, w1, w2, w3, w4, w5, w6, w7}};

	conduit_smc(&r);
	return r;
}

struct smc_regs req(uint16_t dst, uint32_t op, uint64_t w4, uint64_t w5, uint64_t w6, uint64_t w7)
{
	return smc(FFA_DIRECT_REQ, dst, 0, op, w4, w5, w6, w7);
}

struct smc_regs run_to_end(struct smc_regs r, unsigned *runs)
{
	while (r.x[0] == FFA_INTERRUPT) {
		++*runs;
		for (unsigned i = 2; i < 8; i++)
			CHECK_EQ(r.x[i], 0); /* 3.6 */
		r = smc(FFA_RUN, r.x[1], 0, 0, 0, 0, 0, 0);
	}
	return r;
}

bool is_error(const struct smc_regs *r, int code)
{
	if (r->x[0] != FFA_ERROR || r->x[1] || r->x[2] != (uint32_t)code)
		fprintf(stderr, "got %llx %llx %llx\n", (unsigned long long)r->x[0],
			(unsigned long long)r->x[1], (unsigned long long)r->x[2]);
	return r->x[0] == FFA_ERROR && !r->x[1] && r->x[2] == (uint32_t)code;
}

void nwd_mask(bool on)
{
	pe_self()->ns_irq_masked = on;
}

static void ns_interrupt(struct pe *pe)
{
	uint64_t pend_ns;

	while (intc_ack(h.m, pe, &pend_ns) != INTID_NONE)
		h.taken++;
	if (tick_ns[pe->id])
		pe_timer_set(pe, pe->now_ns + tick_ns[pe->id]);
}
static const struct ns_world_ops ns_ops = {.interrupt = ns_interrupt};

void tick_every(uint64_t ns)
{
	struct pe *pe = pe_self();

	intc_enable(h.m, pe->id, INTID_TIMER, true);
	tick_ns[pe->id] = ns;
	pe_timer_set(pe, pe->now_ns + ns);
}

void tick_off(void)
{
	tick_ns[pe_self()->id] = 0;
	pe_timer_set(pe_self(), EVQ_NEVER);
}

void map_rxtx(void)
{
	struct smc_regs r;

	CHECK(physmem_alloc(&h.m->mem, PHYS_NS, 1, &h.tx));
	CHECK(physmem_alloc(&h.m->mem, PHYS_NS, 1, &h.rx));
	r = smc(FFA_RXTX_MAP | FFA_FID_64, h.tx.v, h.rx.v, 1, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
}

struct smc_regs share(const uint16_t *ids, unsigned count, unsigned pages, uint64_t tag, pa_t *pa)
{
	const struct ffa_mem_header mh = {.attributes = FFA_MEM_ATTR_SHARE, .tag = tag};
	struct ffa_emad e[8];
	struct ffa_constituent k;
	size_t n;

	if (!pa->v)
		CHECK(physmem_alloc(&h.m->mem, PHYS_NS, pages, pa));
	k = (struct ffa_constituent){pa->v, pages};
	for (unsigned i = 0; i < count; i++)
		e[i] = (struct ffa_emad){.receiver = endpoint_of(ids[i]),
					 .permissions = FFA_PERM_RW};
	n = ffa_mem_encode(physmem_at(&h.m->mem, h.tx, 4096), 4096, FFA_VERSION_1_1, &mh, e, count,
			   &k, 1);
	return smc(FFA_MEM_SHARE, n, n, 0, 0, 0, 0, 0);
}

static struct fiber *pe_fiber[PE_MAX];

void start_pe(unsigned pe, void (*body)(void))
{
	pe_fiber[pe] = fiber_create("pe", FIBER_STACK_TASK_BYTES, (fiber_fn *)body, NULL);
	h.m->pe[pe].ns_irq_masked = false;
	machine_pe_on(h.m, pe, pe_fiber[pe], trace_intern("nwd1"));
}

static void test_fiber(void *arg)
{
	(void)arg;
	h.boot_result = spmc_boot(h.s, &h.err);
	if (!h.boot_result)
		CHECK_EQ(smc(FFA_VERSION, FFA_VERSION_1_1, 0, 0, 0, 0, 0, 0).x[0], FFA_VERSION_1_2);
	nwd_mask(false);
	body_now();
	done();
}

void with_machine(const struct hcfg *cfg, void (*body)(void))
{
	struct spmc_config sc = {.profile = cfg->profile,
				 .thread_count = cfg->threads,
				 .skip_failed_sps = cfg->skip_failed,
				 .quirks = cfg->quirks};
	struct machine_config mc;
	static uint8_t dtb[DTB_MAX_BYTES];
	struct invariants *inv;

	memset(&h, 0, sizeof(h));
	memset(events, 0, sizeof(events));
	memset(tick_ns, 0, sizeof(tick_ns));
	failure[0] = 0;
	h.cfg = cfg;
	body_now = body;
	machine_config_init(&mc);
	mc.pe_count = cfg->pes ? cfg->pes : 1;
	h.m = machine_create(&mc);
	assert_non_null(h.m);
	h.m->ns_ops = &ns_ops;
	sink.next = NULL;
	trace_add_sink(&h.m->trace, &sink);
	assert_int_equal(spmc_create(h.m, &sc, &h.s, &h.err), 0);
	spmc_set_ec_factory(h.s, harness_sp_create);
	inv = invariants_attach(h.m, h.s);
	assert_non_null(inv);
	for (unsigned i = 0; i < 6 && cfg->sp[i].name; i++) {
		const struct spmc_partition_config pc = {
			.name = cfg->sp[i].name,
			.dtb = dtb,
			.dtb_bytes = make_dtb(dtb, &cfg->sp[i], i),
			.manifest_path = cfg->sp[i].name,
		};

		if (spmc_add_partition(h.s, &pc, &h.err))
			fail_msg("%s", h.err.text);
	}
	pe_fiber[0] = fiber_create("nwd", FIBER_STACK_TASK_BYTES, test_fiber, NULL);
	machine_pe_on(h.m, 0, pe_fiber[0], trace_intern("nwd"));
	h.stop = machine_run(h.m);
	/* Every test is watched; one that breaks a rule on purpose says so. */
	h.finding_count = h.m->report.count;
	h.first_finding[0] = 0;
	if (h.m->report.first)
		snprintf(h.first_finding, sizeof(h.first_finding), "%s", h.m->report.first->what);
	invariants_destroy(inv);
	spmc_destroy(h.s);
	for (unsigned i = 0; i < PE_MAX; i++) {
		fiber_destroy(pe_fiber[i]);
		pe_fiber[i] = NULL;
	}
	machine_destroy(h.m);
	if (failure[0])
		fail_msg("%s", failure);
	if (h.finding_count && !cfg->findings_expected)
		fail_msg("%s", h.first_finding);
}
