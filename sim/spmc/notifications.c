/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Notifications (ffa.md 6): bitmaps of VMs, binding, SET, GET. Receivers are VMs whose bitmap the
 * Normal world created, and SPs whose manifest asks for it. The S-EL1 SPMC has one receiver, VM 0,
 * and one sender, the Trusted OS (optee.md 5; quirk notifications-as-optee).
 * INFO_GET is in notify_info.c.
 */
#include "core/fault.h"
#include "spmc/spmc_internal.h"

FAULT_SITE(fault_notif_lost, FAULT_PLAIN, "notif.lost",
	   "a notification that was set does not become pending");
FAULT_SITE(fault_notif_again, FAULT_PLAIN, "notif.again",
	   "notifications that were fetched stay pending, and the receiver is told again");

TRACE_KIND(trace_ffa_notification_set, "ffa.notification_set", "notifications became pending",
	   "sp$", "sender", "receiver", "bits", "vcpu");
TRACE_KIND(trace_ffa_notification_get, "ffa.notification_get", "a receiver fetched notifications",
	   "sp$", "receiver", "sp_bits", "vm_bits", "framework");

#define FLAG_PER_VCPU 1u
#define FLAG_DELAY 2u
#define SET_VCPU(flags) ((flags) >> 16)
enum { GET_SP = 1, GET_VM = 2, GET_SPM = 4, GET_HYP = 8, GET_ALL = 15 };

static uint64_t bits(const struct smc_regs *r)
{
	return (uint32_t)r->x[3] | (r->x[4] & UINT32_MAX) << 32;
}

static endpoint_id caller_id(const struct call *c)
{
	return c->sp ? c->sp->id : endpoint_of(FFA_ID_NWD);
}

/* What a profile without notifications says, or one that has none for SPs. */
static bool served(struct call *c)
{
	const struct spmc *s = c->s;

	if (quirk(s, Q_NO_NOTIFICATIONS)) {
		regs_error(c->r, FFA_NOT_SUPPORTED);
		return false;
	}
	if (c->sp && quirk(s, Q_NTF_OPTEE)) {
		regs_error(c->r, quirk(s, Q_SVC_UNKNOWN_INVALID) ? FFA_INVALID_PARAMETERS
								 : FFA_NOT_SUPPORTED);
		return false;
	}
	return true;
}

struct notify_box *notify_box_of(struct spmc *s, endpoint_id id)
{
	struct sp *sp;
	struct vm *vm;

	if (endpoint_is_secure(id)) {
		sp = sp_by_id(s, id);
		return sp && sp->notify.created ? &sp->notify : NULL;
	}
	vm = vm_find(s, id);
	return vm && vm->notify.created ? &vm->notify : NULL;
}

static enum notify_class class_of(endpoint_id sender)
{
	return endpoint_is_secure(sender) ? NOTIFY_FROM_SP : NOTIFY_FROM_VM;
}

static bool any_pending(const struct notify_bits *b, uint64_t set)
{
	if (b->pending & set)
		return true;
	for (unsigned i = 0; i < PE_MAX; i++)
		if (b->vcpu_pending[i] & set)
			return true;
	return false;
}

bool notify_pending(const struct notify_box *box)
{
	return box->from[NOTIFY_FROM_SP].pending || box->from[NOTIFY_FROM_VM].pending ||
	       box->framework[NOTIFY_SPM] || box->framework[NOTIFY_HYP];
}

static void schedule_receiver_on(struct spmc *s, unsigned pe)
{
	s->sri_owed &= ~(1ULL << pe);
	intc_raise(s->m, pe, SPMC_SRI_INTID);
}

void notify_entering(struct sp_ec *ctx)
{
	if (ctx->ec->el1 && ctx->sp->notify.created && notify_pending(&ctx->sp->notify))
		ec_virq_pend(ctx->ec, SPMC_NPI_INTID);
}

void notify_schedule_receiver(struct spmc *s)
{
	schedule_receiver_on(s, pe_self()->id);
}

static void signal_receiver(struct spmc *s, bool delayed)
{
	if (delayed)
		s->sri_owed |= 1ULL << pe_self()->id;
	else
		notify_schedule_receiver(s);
}

void notify_framework(struct spmc *s, struct notify_box *box, enum notify_framework who,
		      bool delayed)
{
	box->framework[who] |= NOTIFY_RX_FULL;
	box->global_told = false;
	signal_receiver(s, delayed);
}

int notify_from_trusted_os(struct spmc *s, unsigned pe, uint64_t set)
{
	struct notify_box *box = notify_box_of(s, endpoint_of(FFA_ID_NWD));

	if (!box)
		return FFA_DENIED;
	if (fault_hit(&fault_notif_lost))
		return FFA_OK;
	box->from[NOTIFY_FROM_SP].pending |= set;
	box->global_told = false;
	TRACE(&s->m->trace, trace_ffa_notification_set, s->optee.who, s->optee.id.v, FFA_ID_NWD,
	      set, 0);
	schedule_receiver_on(s, pe);
	return FFA_OK;
}

/* ---- bitmaps of VMs ---- */
static int create(struct call *c)
{
	const bool optee = quirk(c->s, Q_NTF_OPTEE);
	const struct smc_regs *r = c->r;
	const uint32_t vcpus = (uint32_t)r->x[2];
	struct vm *vm;

	if ((uint32_t)r->x[1] & 0xffff8000 || (optee && (uint32_t)r->x[1]))
		return FFA_INVALID_PARAMETERS;
	for (unsigned i = 3; i < 8; i++)
		if (r->x[i])
			return FFA_INVALID_PARAMETERS;
	if (!optee && (!vcpus || vcpus > PE_MAX))
		return FFA_INVALID_PARAMETERS;
	vm = vm_get(c->s, endpoint_of(r->x[1]));
	if (!vm)
		return FFA_NO_MEMORY;
	if (vm->notify.created)
		return FFA_DENIED;
	vm->notify = (struct notify_box){.created = true, .vcpus = (uint16_t)vcpus};
	return FFA_OK;
}

static void handle_create(struct call *c)
{
	if (served(c))
		regs_result(c->r, create(c));
}

static int destroy(struct call *c)
{
	const bool optee = quirk(c->s, Q_NTF_OPTEE);
	const uint32_t id = (uint32_t)c->r->x[1];
	struct notify_box *box;

	if (id & 0xffff8000 || (optee && id))
		return FFA_INVALID_PARAMETERS;
	box = notify_box_of(c->s, endpoint_of(id));
	if (!box)
		return optee ? FFA_OK : FFA_DENIED;
	if (notify_pending(box) || any_pending(&box->from[NOTIFY_FROM_SP], UINT64_MAX) ||
	    any_pending(&box->from[NOTIFY_FROM_VM], UINT64_MAX))
		return FFA_DENIED;
	if (optee && box->from[NOTIFY_FROM_SP].bound)
		return FFA_DENIED;
	*box = (struct notify_box){0};
	return FFA_OK;
}

static void handle_destroy(struct call *c)
{
	if (served(c))
		regs_result(c->r, destroy(c));
}

/* ---- binding ---- */

/* Sender and receiver of BIND and UNBIND: the receiver binds for itself, the Normal world for any
 * of its VMs. */
static int find_pair(struct call *c, endpoint_id *sender, struct notify_box **box)
{
	const endpoint_id receiver = ffa_dst(c->r->x[1]);

	*sender = ffa_src(c->r->x[1]);
	if (sender->v == receiver.v)
		return FFA_INVALID_PARAMETERS;
	if (c->sp ? receiver.v != c->sp->id.v
		  : endpoint_is_secure(receiver) || !endpoint_is_secure(*sender))
		return FFA_INVALID_PARAMETERS;
	if (!bits(c->r))
		return FFA_INVALID_PARAMETERS;
	*box = notify_box_of(c->s, receiver);
	if (!*box)
		return c->sp ? FFA_NOT_SUPPORTED : FFA_DENIED;
	if (endpoint_is_secure(*sender) && !sp_by_id(c->s, *sender) && !lsp_by_id(c->s, *sender))
		return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

/* As built: no look at the sender, an empty bitmap or a missing CREATE (optee.md 5). */
static int bind_optee(struct call *c)
{
	struct vm *vm = vm_get(c->s, endpoint_of(FFA_ID_NWD));

	if ((uint32_t)c->r->x[2] || vm->notify.from[NOTIFY_FROM_SP].bound & bits(c->r))
		return FFA_DENIED;
	vm->notify.from[NOTIFY_FROM_SP].bound |= bits(c->r);
	return FFA_OK;
}

static int bind(struct call *c)
{
	const uint32_t flags = (uint32_t)c->r->x[2];
	const uint64_t set = bits(c->r);
	struct notify_bits *b;
	struct notify_box *box;
	endpoint_id sender;
	int err;

	if (flags & ~FLAG_PER_VCPU || (flags && quirk(c->s, Q_NO_PER_VCPU)))
		return FFA_INVALID_PARAMETERS;
	err = find_pair(c, &sender, &box);
	if (err)
		return err;
	b = &box->from[class_of(sender)];
	if (b->bound & set || any_pending(b, set))
		return FFA_DENIED;
	b->bound |= set;
	b->per_vcpu = flags & FLAG_PER_VCPU ? b->per_vcpu | set : b->per_vcpu & ~set;
	for (unsigned i = 0; i < 64; i++)
		if (set >> i & 1)
			b->sender[i] = sender;
	return FFA_OK;
}

static void handle_bind(struct call *c)
{
	if (served(c))
		regs_result(c->r, quirk(c->s, Q_NTF_OPTEE) ? bind_optee(c) : bind(c));
}

static int unbind_optee(struct call *c)
{
	struct vm *vm = vm_get(c->s, endpoint_of(FFA_ID_NWD));

	if ((uint32_t)c->r->x[2])
		return FFA_INVALID_PARAMETERS;
	if (vm->notify.from[NOTIFY_FROM_SP].pending & bits(c->r))
		return FFA_DENIED;
	vm->notify.from[NOTIFY_FROM_SP].bound &= ~bits(c->r);
	return FFA_OK;
}

/* Every bit of @set is bound to @sender. */
static bool all_bound(const struct notify_bits *b, uint64_t set, endpoint_id sender)
{
	if (set & ~b->bound)
		return false;
	for (unsigned i = 0; i < 64; i++)
		if (set >> i & 1 && b->sender[i].v != sender.v)
			return false;
	return true;
}

static int unbind(struct call *c)
{
	const uint64_t set = bits(c->r);
	struct notify_bits *b;
	struct notify_box *box;
	endpoint_id sender;
	int err;

	if ((uint32_t)c->r->x[2])
		return FFA_INVALID_PARAMETERS;
	err = find_pair(c, &sender, &box);
	if (err)
		return err;
	b = &box->from[class_of(sender)];
	if (!all_bound(b, set, sender) || any_pending(b, set))
		return FFA_DENIED;
	b->bound &= ~set;
	b->per_vcpu &= ~set;
	return FFA_OK;
}

static void handle_unbind(struct call *c)
{
	if (served(c))
		regs_result(c->r, quirk(c->s, Q_NTF_OPTEE) ? unbind_optee(c) : unbind(c));
}

/* ---- signalling ---- */
static int set_bits(struct call *c)
{
	const endpoint_id sender = ffa_src(c->r->x[1]), receiver = ffa_dst(c->r->x[1]);
	const uint32_t flags = (uint32_t)c->r->x[2], vcpu = SET_VCPU(flags);
	const bool per_vcpu = flags & FLAG_PER_VCPU;
	const uint64_t set = bits(c->r);
	struct notify_box *box;
	struct notify_bits *b;

	if (flags & 0xfffc || (!per_vcpu && vcpu))
		return FFA_INVALID_PARAMETERS;
	if (c->sp ? sender.v != c->sp->id.v : endpoint_is_secure(sender))
		return FFA_INVALID_PARAMETERS;
	if (!set || (!c->sp && flags & FLAG_DELAY) || (!c->sp && !endpoint_is_secure(receiver)))
		return FFA_INVALID_PARAMETERS;
	if (endpoint_is_secure(receiver) ? !sp_by_id(c->s, receiver) : !vm_find(c->s, receiver))
		return FFA_INVALID_PARAMETERS;
	box = notify_box_of(c->s, receiver);
	if (!box)
		return FFA_DENIED;
	b = &box->from[class_of(sender)];
	if (!all_bound(b, set, sender))
		return FFA_DENIED;
	if (per_vcpu ? (b->per_vcpu & set) != set || vcpu >= box->vcpus : b->per_vcpu & set)
		return FFA_INVALID_PARAMETERS;
	if (fault_hit(&fault_notif_lost))
		return FFA_OK;
	if (per_vcpu) {
		b->vcpu_pending[vcpu] |= set;
		box->vcpu_told &= ~(1ULL << vcpu);
	} else {
		b->pending |= set;
		box->global_told = false;
	}
	TRACE(&c->s->m->trace, trace_ffa_notification_set, endpoint_who(c->s, receiver), sender.v,
	      receiver.v, set, vcpu);
	signal_receiver(c->s, flags & FLAG_DELAY);
	return FFA_OK;
}

static void handle_set(struct call *c)
{
	if (quirk(c->s, Q_NTF_OPTEE) && !c->sp)
		regs_error(c->r, FFA_NOT_SUPPORTED); /* FEATURES claims it */
	else if (served(c))
		regs_result(c->r, set_bits(c));
}

/* ---- fetching ---- */
static uint64_t take(struct call *c, struct notify_bits *b, unsigned vcpu)
{
	const uint64_t got = b->pending | b->vcpu_pending[vcpu];

	if (got && fault_hit(&fault_notif_again)) {
		signal_receiver(c->s, true);
		return got;
	}
	b->pending = 0;
	b->vcpu_pending[vcpu] = 0;
	return got;
}

/* What is left of a class that was not asked for keeps the receiver listed. */
static void get_bits(struct call *c, struct notify_box *box, unsigned vcpu, uint32_t flags)
{
	uint64_t sp_bits = 0, vm_bits = 0;
	uint32_t spm = 0, hyp = 0;

	if (flags & GET_SP)
		sp_bits = take(c, &box->from[NOTIFY_FROM_SP], vcpu);
	if (flags & GET_VM)
		vm_bits = take(c, &box->from[NOTIFY_FROM_VM], vcpu);
	if (flags & GET_SPM) {
		spm = box->framework[NOTIFY_SPM];
		box->framework[NOTIFY_SPM] = 0;
	}
	if (flags & GET_HYP) {
		hyp = box->framework[NOTIFY_HYP];
		box->framework[NOTIFY_HYP] = 0;
	}
	box->global_told = false;
	box->vcpu_told &= ~(1ULL << vcpu);
	TRACE(&c->s->m->trace, trace_ffa_notification_get, c->sp ? c->sp->who : 0,
	      (uint16_t)c->r->x[1], sp_bits, vm_bits, spm | (uint64_t)hyp << 32);
	regs_success(c->r);
	c->r->x[2] = (uint32_t)sp_bits;
	c->r->x[3] = sp_bits >> 32;
	c->r->x[4] = (uint32_t)vm_bits;
	c->r->x[5] = vm_bits >> 32;
	c->r->x[6] = spm;
	c->r->x[7] = hyp;
}

static int check_get(struct call *c, struct notify_box **box)
{
	const endpoint_id receiver = ffa_dst(c->r->x[1]);
	const uint32_t vcpu = (uint16_t)(c->r->x[1] >> 16), flags = (uint32_t)c->r->x[2];

	if (flags & ~GET_ALL)
		return FFA_INVALID_PARAMETERS;
	if (!c->sp && flags & (GET_VM | GET_HYP))
		return FFA_INVALID_PARAMETERS; /* the hypervisor's own */
	if (c->sp ? receiver.v != caller_id(c).v : endpoint_is_secure(receiver))
		return FFA_INVALID_PARAMETERS;
	*box = notify_box_of(c->s, receiver);
	if (!*box)
		return c->sp ? FFA_NOT_SUPPORTED : FFA_INVALID_PARAMETERS;
	return vcpu >= (*box)->vcpus ? FFA_INVALID_PARAMETERS : FFA_OK;
}

static void handle_get(struct call *c)
{
	struct notify_box *box;
	int err;

	if (!served(c))
		return;
	if (quirk(c->s, Q_NTF_OPTEE)) {
		/* Only the SP flag acts. */
		get_bits(c, &vm_get(c->s, endpoint_of(FFA_ID_NWD))->notify, 0,
			 (uint32_t)c->r->x[2] & GET_SP);
		return;
	}
	err = check_get(c, &box);
	if (err)
		regs_error(c->r, err);
	else
		get_bits(c, box, (uint16_t)(c->r->x[1] >> 16), (uint32_t)c->r->x[2]);
}

static const struct spmc_service services[] = {
	{FFA_NOTIFICATION_BITMAP_CREATE, INSTANCE_NWD, handle_create},
	{FFA_NOTIFICATION_BITMAP_DESTROY, INSTANCE_NWD, handle_destroy},
	{FFA_NOTIFICATION_BIND, INSTANCE_NWD | INSTANCE_SP, handle_bind},
	{FFA_NOTIFICATION_UNBIND, INSTANCE_NWD | INSTANCE_SP, handle_unbind},
	{FFA_NOTIFICATION_SET, INSTANCE_NWD | INSTANCE_SP, handle_set},
	{FFA_NOTIFICATION_GET, INSTANCE_NWD | INSTANCE_SP, handle_get},
};
SPMC_FAMILY(notifications);
