/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory transactions of conformance tests: descriptors as structures, calls in one line. */
#include <string.h>

#include "host/conform.h"

static uint16_t id_of(int who)
{
	return who == NWD ? FFA_ID_NWD : cw.id[who];
}

struct cw_mem cw_mem_of(int sender, int receiver)
{
	struct cw_mem d = {
		.attributes = FFA_MEM_ATTR_SHARE,
		.sender = sender,
		.receivers = 1,
		.constituents = 1,
	};

	d.rcv[0].sp = receiver;
	d.rcv[0].permissions = FFA_PERM_RW;
	d.c[0].page_count = 1;
	d.c[0].address = sender == NWD ? cw_ns_pages(1) : cw.sp_page_va[sender];
	return d;
}

size_t cw_mem_put(int who, const struct cw_mem *d)
{
	const struct ffa_mem_header h = {
		.sender = endpoint_of(id_of(d->sender)),
		.attributes = d->attributes,
		.flags = d->flags,
		.handle = d->handle,
		.tag = d->tag,
	};
	struct ffa_emad e[4];

	for (unsigned i = 0; i < d->receivers; i++)
		e[i] = (struct ffa_emad){.receiver = endpoint_of(id_of(d->rcv[i].sp)),
					 .permissions = d->rcv[i].permissions,
					 .impdef = {d->rcv[i].impdef, 0}};
	return ffa_mem_encode(who == NWD ? cw.tx : cw.sp_tx[who], PHYS_PAGE_BYTES,
			      d->version ? d->version : FFA_VERSION_1_2, &h, e, d->receivers, d->c,
			      d->constituents);
}

struct smc_regs cw_mem_send(int who, uint64_t fid, const struct cw_mem *d)
{
	const size_t n = cw_mem_put(who, d);

	return BY(who, fid, n, n);
}

uint64_t cw_handle(const struct smc_regs *r)
{
	return (uint32_t)r->x[2] | r->x[3] << 32;
}

struct smc_regs cw_retrieve(int sp, const struct cw_mem *sent, uint64_t handle, uint32_t type)
{
	struct cw_mem d = *sent;

	d.handle = handle;
	d.flags = type;
	d.constituents = 0;
	if ((type & FFA_RETRIEVE_FLAG_TYPE) !=
	    FFA_TYPE_SHARE) /* DONATE and LEND: the borrower names the execute right */
		for (unsigned i = 0; i < d.receivers; i++)
			if (d.receivers == 1)
				d.rcv[i].permissions = FFA_PERM_RW | FFA_PERM_NX;
	return cw_mem_send(sp, FFA_MEM_RETRIEVE_REQ, &d);
}

struct smc_regs cw_relinquish(int sp, uint64_t handle, uint32_t flags)
{
	const endpoint_id id = endpoint_of(cw.id[sp]);

	ffa_relinquish_encode(cw.sp_tx[sp], PHYS_PAGE_BYTES, handle, flags, &id, 1);
	return SP(sp, FFA_MEM_RELINQUISH);
}

struct smc_regs cw_reclaim(int who, uint64_t handle, uint32_t flags)
{
	return BY(who, FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, flags);
}
