/* SPDX-License-Identifier: BSD-3-Clause */
/* Endpoints by id and by name; what observers may see of them. */
#include <string.h>

#include "spmc/spmc_internal.h"

struct sp *sp_by_id(const struct spmc *s, endpoint_id id)
{
	const unsigned slot = id.v - FFA_ID_SPMC;

	return endpoint_is_secure(id) && slot < SPMC_SPS_MAX * 2 ? s->by_id[slot] : NULL;
}

const struct lsp *lsp_by_id(const struct spmc *s, endpoint_id id)
{
	if (s->optee.direct_req && id.v == s->optee.id.v)
		return &s->optee;
	return s->test_lsp.direct_req && id.v == s->test_lsp.id.v ? &s->test_lsp : NULL;
}

uint32_t endpoint_who(const struct spmc *s, endpoint_id id)
{
	const struct sp *sp = sp_by_id(s, id);
	const struct lsp *lsp = lsp_by_id(s, id);

	return sp ? sp->who : lsp ? lsp->who : 0;
}

uint32_t sp_properties(const struct sp *sp)
{
	const uint32_t kinds = FFA_PROP_DIRECT_RECV | FFA_PROP_DIRECT_SEND | FFA_PROP_DIRECT2_RECV |
			       FFA_PROP_DIRECT2_SEND |
			       (quirk(sp->spmc, Q_NO_INDIRECT) ? 0 : FFA_PROP_INDIRECT);
	uint32_t p = (sp->mf.messaging_method & kinds) | FFA_PROP_AARCH64;

	if (sp->notify.created)
		p |= FFA_PROP_NOTIFICATIONS;
	if (sp->mf.vm_messages & 1)
		p |= FFA_PROP_VM_CREATED;
	if (sp->mf.vm_messages & 2)
		p |= FFA_PROP_VM_DESTROYED;
	return p;
}

static void view(const struct sp *sp, struct spmc_partition_view *out)
{
	*out = (struct spmc_partition_view){
		.name = sp->name,
		.id = sp->id.v,
		.state = sp_state_name(sp->ctx[0].state),
		.ns_interrupts_action = sp->mf.ns_action,
		.thread = sp->ctx[0].thread,
	};
}

bool spmc_partition_by_name(const struct spmc *spmc, const char *name,
			    struct spmc_partition_view *out)
{
	for (size_t i = 0; i < spmc->sp_count; i++)
		if (!strcmp(spmc->sp[i]->name, name)) {
			view(spmc->sp[i], out);
			return true;
		}
	return false;
}

bool spmc_partition_by_index(const struct spmc *spmc, size_t index, struct spmc_partition_view *out)
{
	if (index >= spmc->sp_count)
		return false;
	view(spmc->sp[index], out);
	return true;
}
