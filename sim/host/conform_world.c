/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The world of a conformance statement: machine, SPMC, partitions with their manifests, and the
 * Normal world, which is the test itself, on PE 0; and what becomes of the statement. SPs are
 * puppets (conform_puppet.c). So a test reads as a list of calls with their expected results,
 * whichever side makes them.
 * Not modelled: a Normal world with tasks or an operating system; its one interrupt handler only
 * acknowledges and counts.
 */
#include "host/conform.h"

#include "core/arena.h"
#include "explore/snapshot.h"

#include <libfdt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cw cw;

/* A statement takes some milliseconds; one that goes on and on fails. */
#define TIME_LIMIT_NS 1000000000ull

#define MESSAGES_ALL                                                                               \
	(FFA_PROP_DIRECT_RECV | FFA_PROP_DIRECT_SEND | FFA_PROP_INDIRECT | FFA_PROP_DIRECT2_RECV | \
	 FFA_PROP_DIRECT2_SEND)

const struct cw_config cw_default = {
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED},
	       {.name = "s1", .action = FFA_NS_SIGNALED},
	       {.name = "sq", .action = FFA_NS_QUEUED},
	       {.name = "mute", .action = FFA_NS_SIGNALED, .no_receive = true}},
};

static struct machine *kept;
static struct fiber *pe_fiber[PE_MAX];
static struct cw_outcome *outcome;
static void (*test_now)(void);
static bool pauses; /* once booted, for a snapshot */

/* ---- verdicts ---- */
void cw_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (outcome->result != CW_FAIL) {
		const char *base = strrchr(file, '/');

		n = snprintf(outcome->text, sizeof(outcome->text),
			     "%s:%d: ", base ? base + 1 : file, line);
		va_start(ap, fmt);
		vsnprintf(outcome->text + n, sizeof(outcome->text) - (size_t)n, fmt, ap);
		va_end(ap);
		outcome->result = CW_FAIL;
	}
	machine_stop(cw.m, MACHINE_DONE, "statement fails");
	abort();
}

void cw_want_eq(uint64_t got, uint64_t want, const char *text, const char *file, int line)
{
	if (got != want)
		cw_fail(file, line, "%s is %#llx, not %#llx", text, (unsigned long long)got,
			(unsigned long long)want);
}

static const char *code_text(int code)
{
	return code ? ffa_error_name((uint32_t)code) : "FFA_SUCCESS";
}

void cw_want_error(const struct smc_regs *r, int code, const char *text, const char *file, int line)
{
	const uint32_t fid = (uint32_t)r->x[0];
	const char *name;

	if (!code && (fid & ~FFA_FID_64) == FFA_SUCCESS)
		return;
	if (code && fid == FFA_ERROR && r->x[2] == (uint32_t)code)
		return;
	name = fid == FFA_ERROR ? ffa_error_name(r->x[2]) : ffa_fid_name(fid);
	cw_fail(file, line, "%.60s gives %s, not %s", text, name ? name : "something unknown",
		code_text(code));
}

/* Quirk names pile up in the text, each once. */
bool cw_deviates(enum quirk_id quirk_id)
{
	const char *name = profile_quirk_name(quirk_id);
	const size_t n = strlen(outcome->text);

	if (!quirk(cw.s, quirk_id))
		return false;
	if (outcome->result == CW_PASS)
		outcome->result = CW_DEVIATES;
	if (!strstr(outcome->text, name))
		snprintf(outcome->text + n, sizeof(outcome->text) - n, "%s%s", n ? ", " : "", name);
	return true;
}

int64_t cw_unless(enum quirk_id quirk_id, int64_t strict, int64_t deviating)
{
	return cw_deviates(quirk_id) ? deviating : strict;
}

/* ---- manifests ---- */
static int write_manifest(void *buf, int room, const struct cw_sp *sp, unsigned number)
{
	const fdt32_t uuid[4] = {cpu_to_fdt32(0xbdcd76d7), cpu_to_fdt32(0x825e4751),
				 cpu_to_fdt32(0x963b86d4), cpu_to_fdt32(number + 1)};
	uint32_t messaging = sp->messaging ? sp->messaging : MESSAGES_ALL;
	int bad = 0;

	if (sp->no_receive)
		messaging &= ~(FFA_PROP_DIRECT_RECV | FFA_PROP_DIRECT2_RECV);
	if (sp->version && sp->version < FFA_VERSION_1_2)
		messaging &= ~(FFA_PROP_DIRECT2_RECV | FFA_PROP_DIRECT2_SEND);
	bad |= fdt_create(buf, room);
	bad |= fdt_finish_reservemap(buf);
	bad |= fdt_begin_node(buf, "");
	bad |= fdt_property_string(buf, "compatible", "arm,ffa-manifest-1.0");
	bad |= fdt_property(buf, "uuid", uuid, sizeof(uuid));
	bad |= fdt_property_u32(buf, "ffa-version", sp->version ? sp->version : FFA_VERSION_1_2);
	bad |= fdt_property_u32(buf, "execution-state", 0);
	bad |= fdt_property_u32(buf, "exception-level", sp->el1 ? 2 : 1);
	bad |= fdt_property_u32(buf, "execution-ctx-count", sp->per_pe ? 2 : 1);
	bad |= fdt_property_u32(buf, "messaging-method", messaging);
	bad |= fdt_property_u32(buf, "ns-interrupts-action", sp->action);
	for (const char *const *m = sp->manifest; m && m[0]; m += 2)
		bad |= m[1][0] ? fdt_property_u32(buf, m[0], (uint32_t)strtoul(m[1], NULL, 0))
			       : fdt_property(buf, m[0], NULL, 0);
	bad |= fdt_end_node(buf);
	bad |= fdt_finish(buf);
	return bad ? 0 : (int)fdt_totalsize(buf);
}

/* ---- Normal world ---- */
static void ns_interrupt(struct pe *pe)
{
	uint64_t pend_ns;

	while (intc_ack(cw.m, pe, &pend_ns) != INTID_NONE)
		cw.nwd_interrupts++;
}
static const struct ns_world_ops ns_ops = {.interrupt = ns_interrupt};

void cw_interrupt_in(uint64_t us)
{
	struct pe *pe = pe_self();

	intc_enable(cw.m, pe->id, INTID_TIMER, true);
	pe_timer_set(pe, pe->now_ns + us * 1000);
}

void cw_own_interrupt(int sp, unsigned intid)
{
	struct sp *p = sp_by_id(cw.s, endpoint_of(cw.id[sp]));

	p->mf.irq[p->mf.irq_count++] = (uint8_t)intid;
	secure_irq_own(cw.s, p);
}

struct later {
	struct ev ev;
	unsigned intid;
};

static void raise_later(struct ev *ev)
{
	intc_raise(cw.m, 0, ((struct later *)ev)->intid);
}

void cw_secure_interrupt_in(uint64_t us, unsigned intid, unsigned pe)
{
	static struct later later;

	later = (struct later){.ev = {.fn = raise_later}, .intid = intid};
	intc_set_target(cw.m, intid, pe);
	intc_enable(cw.m, pe, intid, true);
	evq_add(&cw.m->evq, &later.ev, pe_self()->now_ns + us * 1000);
}

const char *cw_refusal(const struct cw_sp *sp)
{
	static struct spmc_error err;
	static uint8_t dtb[2048];
	const struct spmc_partition_config pc = {
		.name = sp->name,
		.dtb = dtb,
		.dtb_bytes = (size_t)write_manifest(dtb, sizeof(dtb), sp, 7),
		.manifest_path = sp->name,
	};

	return spmc_add_partition(cw.s, &pc, &err) ? err.text : NULL;
}

void cw_wait_us(uint64_t us)
{
	pe_charge(us * 1000);
}

void cw_start_pe(unsigned pe, void (*body)(void))
{
	pe_fiber[pe] = fiber_create("pe", FIBER_STACK_TASK_BYTES, (fiber_fn *)body, NULL);
	cw.m->pe[pe].ns_irq_masked = false;
	cw.m->pe[pe].world = WORLD_NS;
	machine_pe_on(cw.m, pe, pe_fiber[pe], trace_intern("nwd1"));
}

struct smc_regs cw_smc(const struct smc_regs *r)
{
	const struct cw_before before = cw_before();
	struct smc_regs out = *r;

	conduit_smc(&out);
	cw_refused(&before, r, &out);
	return out;
}

struct smc_regs cw_svc(int sp, const struct smc_regs *r)
{
	struct cw_job *job = cw_job(sp, JOB_SVC, r);
	struct smc_regs got = REQ(sp);

	/* A schedule-receiver interrupt of its own making preempts the SP. */
	while (got.x[0] == FFA_INTERRUPT)
		got = NW(FFA_RUN, got.x[1]);
	if (!job->done)
		cw_fail(__FILE__, __LINE__, "%s was not reached: %s", cw.cfg->sp[sp].name,
			got.x[0] == FFA_ERROR ? ffa_error_name(got.x[2]) : "no error");
	return job->out;
}

struct smc_regs cw_call(int who, const struct smc_regs *r)
{
	return who == NWD ? cw_smc(r) : cw_svc(who, r);
}

uint64_t cw_w1(int src, int dst)
{
	return (uint64_t)(src == NWD ? 0 : cw.id[src]) << 16 | (dst == NWD ? 0 : cw.id[dst]);
}

void cw_map(void)
{
	WANT(physmem_alloc(&cw.m->mem, PHYS_NS, 1, &cw.tx_pa));
	WANT(physmem_alloc(&cw.m->mem, PHYS_NS, 1, &cw.rx_pa));
	cw.tx = physmem_at(&cw.m->mem, cw.tx_pa, PHYS_PAGE_BYTES);
	cw.rx = physmem_at(&cw.m->mem, cw.rx_pa, PHYS_PAGE_BYTES);
	WANT_OK(NW(FFA_RXTX_MAP | FFA_FID_64, cw.tx_pa.v, cw.rx_pa.v, 1));
}

uint64_t cw_ns_pages(unsigned pages)
{
	pa_t pa;

	WANT(physmem_alloc(&cw.m->mem, PHYS_NS, pages, &pa));
	return pa.v;
}

/* ---- one run ---- */
static void test_flow(void *arg)
{
	struct spmc_error err = {""};
	const uint32_t version = cw.cfg->nwd_version ? cw.cfg->nwd_version : FFA_VERSION_1_2;

	(void)arg;
	if (spmc_boot(cw.s, &err))
		cw_fail(__FILE__, __LINE__, "boot: %s", err.text);
	pe_self()->ns_irq_masked = false;
	if (!cw.cfg->nwd_no_version)
		NW(FFA_VERSION, version);
	if (pauses)
		machine_pause();
	test_now();
	machine_stop(cw.m, MACHINE_DONE, "statement holds");
	abort();
}

static bool set_up(const char *profile)
{
	const struct spmc_config sc = {.profile = profile,
				       .rxtx_page_bytes = cw.cfg->rxtx_page_bytes};
	struct spmc_error err = {""};
	struct machine_config mc;
	static uint8_t dtb[2048];

	machine_config_init(&mc);
	mc.pe_count = cw.cfg->pes ? cw.cfg->pes : 2;
	mc.time_limit_ns = TIME_LIMIT_NS;
	if (cw.cfg->lock_ns)
		mc.cost.lock_ns = cw.cfg->lock_ns;
	if (kept && machine_reset(kept, &mc)) {
		machine_destroy(kept);
		kept = NULL;
	}
	if (!kept)
		kept = machine_create(&mc);
	cw.m = kept;
	if (!cw.m) {
		snprintf(outcome->text, sizeof(outcome->text), "%s", machine_why_not());
		return false;
	}
	if (spmc_create(cw.m, &sc, &cw.s, &err)) {
		snprintf(outcome->text, sizeof(outcome->text), "%s", err.text);
		return false;
	}
	cw.m->ns_ops = &ns_ops;
	spmc_set_ec_factory(cw.s, cw_puppet_create);
	for (unsigned i = 0; i < CW_SPS_MAX && cw.cfg->sp[i].name; i++) {
		const struct spmc_partition_config pc = {
			.name = cw.cfg->sp[i].name,
			.dtb = dtb,
			.dtb_bytes = (size_t)write_manifest(dtb, sizeof(dtb), &cw.cfg->sp[i], i),
			.manifest_path = cw.cfg->sp[i].name,
		};

		if (spmc_add_partition(cw.s, &pc, &err)) {
			snprintf(outcome->text, sizeof(outcome->text), "%.190s", err.text);
			return false;
		}
		cw.sp_count++;
	}
	return true;
}

static void tear_down(void)
{
	spmc_destroy(cw.s);
	for (unsigned i = 0; i < PE_MAX; i++) {
		fiber_destroy(pe_fiber[i]);
		pe_fiber[i] = NULL;
	}
	if (!cw.m)
		return;
	evq_reset(&cw.m->evq);
	trace_finish(&cw.m->trace);
}

static void outcome_start(struct cw_outcome *out, void (*test)(void))
{
	*out = (struct cw_outcome){CW_PASS, ""};
	outcome = out;
	test_now = test;
}

static void outcome_end(struct cw_outcome *out, enum machine_stop stop)
{
	if (stop == MACHINE_DONE || out->result == CW_FAIL)
		return;
	out->result = CW_FAIL;
	snprintf(out->text, sizeof(out->text), "the machine stopped: %s",
		 cw.m->stop_why ? cw.m->stop_why : "no progress");
}

static enum machine_stop boot_and_go(void)
{
	pe_fiber[0] = fiber_create("nwd", FIBER_STACK_TASK_BYTES, test_flow, NULL);
	machine_pe_on(cw.m, 0, pe_fiber[0], trace_intern("nwd"));
	return machine_run(cw.m);
}

void cw_run(const struct statement *st, const char *profile, struct cw_outcome *out)
{
	outcome_start(out, st->test);
	memset(&cw, 0, sizeof(cw));
	cw.cfg = st->cfg ? st->cfg : &cw_default;
	if (!set_up(profile))
		out->result = CW_FAIL;
	else
		outcome_end(out, boot_and_go());
	tear_down();
}

struct snapshot *cw_open(const struct cw_config *cfg, const char *profile)
{
	static struct cw_outcome boot;
	bool booted;

	if (!snapshot_known())
		return NULL;
	outcome_start(&boot, NULL);
	memset(&cw, 0, sizeof(cw));
	cw.cfg = cfg;
	pauses = true;
	arena_enter();
	booted = set_up(profile) && boot_and_go() == MACHINE_RUNNING;
	arena_depth_set(0);
	return booted ? snapshot_take() : NULL;
}

void cw_again(struct snapshot *booted, void (*test)(void), struct cw_outcome *out)
{
	snapshot_rewind(booted, NULL);
	outcome_start(out, test);
	arena_enter();
	outcome_end(out, machine_continue(cw.m));
	arena_depth_set(0);
}

void cw_close(struct snapshot *booted)
{
	snapshot_rewind(booted, NULL);
	snapshot_drop(booted);
	pauses = false;
	arena_enter();
	tear_down();
	cw_finish();
	arena_leave();
}

void cw_finish(void)
{
	machine_destroy(kept);
	kept = NULL;
}
