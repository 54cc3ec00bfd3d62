/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Endpoints of the Normal world: id 0 is the OS kernel or the hypervisor, which speaks for VMs 1..n
 * by naming them in its calls (ffa.md 0.1, 2.4, 6.1). The SPMC learns of a VM when the hypervisor
 * first does something for it.
 * Not modelled: what a hypervisor refuses its VMs before it relays a call.
 */
#include "spmc/spmc_internal.h"

struct vm *vm_find(struct spmc *s, endpoint_id id)
{
	for (unsigned i = 0; i < SPMC_VMS_MAX; i++)
		if (s->vm[i].used && s->vm[i].id.v == id.v)
			return &s->vm[i];
	return NULL;
}

struct vm *vm_get(struct spmc *s, endpoint_id id)
{
	struct vm *vm = vm_find(s, id);

	for (unsigned i = 0; !vm && i < SPMC_VMS_MAX; i++)
		if (!s->vm[i].used) {
			vm = &s->vm[i];
			*vm = (struct vm){.used = true, .id = id};
		}
	return vm;
}

struct rxtx *vm_rxtx(struct spmc *s, endpoint_id id)
{
	struct vm *vm;

	if (id.v == FFA_ID_NWD)
		return &s->nwd_rxtx;
	vm = vm_find(s, id);
	return vm ? &vm->rxtx : NULL;
}
