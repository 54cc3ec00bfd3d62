/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Contexts of multipart operations: ten a class; a full pool gives away the one that was set up
 * longest ago, whose owner finds out by BAD_STATE (trusted-services.md 3.2).
 */
#include "crypto.h"

#include <string.h>

struct op *pool_new(struct crypto *c, enum op_class class, uint16_t owner)
{
	struct pool *p = &c->pool[class];
	struct op *op = &p->op[0];

	for (unsigned i = 1; i < POOL_CONTEXTS && op->handle; i++)
		if (!p->op[i].handle || p->op[i].born < op->born)
			op = &p->op[i];
	memset(op, 0, sizeof(*op));
	if (!++p->last_handle) /* 0 is no handle */
		p->last_handle = 1;
	op->handle = p->last_handle;
	op->owner = owner;
	op->born = ++p->births;
	op->active = true;
	if (class == OP_DERIVE) {
		op->derive = &c->derive[op - p->op];
		memset(op->derive, 0, sizeof(*op->derive));
	}
	return op;
}

struct op *pool_find(struct crypto *c, enum op_class class, uint16_t owner, uint32_t handle)
{
	struct pool *p = &c->pool[class];

	for (unsigned i = 0; i < POOL_CONTEXTS && handle; i++)
		if (p->op[i].handle == handle && p->op[i].owner == owner)
			return &p->op[i];
	return NULL;
}

struct op *pool_active(struct crypto *c, enum op_class class, uint16_t owner, uint32_t handle)
{
	struct op *op = pool_find(c, class, owner, handle);

	return op && op->active ? op : NULL;
}

void pool_free(struct op *op)
{
	memset(op, 0, sizeof(*op));
}

psa_status pool_fail(struct op *op, psa_status status)
{
	if (status)
		op->active = false;
	return status;
}
