/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A psa_store that is the storage service of another SP. The owner of what it keeps is this SP:
 * that is whose FF-A id the service sees (trusted-services.md 3.4).
 */
#ifndef SPS_ITS_CLIENT_H
#define SPS_ITS_CLIENT_H

#include "psa_store.h"
#include "ts_caller.h"

/* Opcodes of the storage service. */
enum {
	ITS_SET = 0x100,
	ITS_GET = 0x101,
	ITS_GET_INFO = 0x102,
	ITS_REMOVE = 0x103,
	ITS_CREATE = 0x104,
	ITS_SET_EXTENDED = 0x105,
	ITS_GET_SUPPORT = 0x106,
};

struct its_client {
	struct psa_store store; /* first */
	struct libsp *l;
	struct ts_session session;
};

/* Of the service, and of the SP that hosts it alone (3.0). */
#define ITS_UUID TS_UUID(0xdc1eef48, 0xb17a, 0x4ccf, 0xac8b, 0xdfcff7711b14)
#define PS_UUID TS_UUID(0x751bf801, 0x3dde, 0x4768, 0xa514, 0x0f10aeed1790)
extern const uint8_t its_uuid[16], ps_uuid[16];

/* Looks for ITS, then PS; with neither the store is the null store (3.2). RPC status of the
 * search. */
int32_t its_client_open(struct its_client *c, struct libsp *l);
/* PS alone, with room for the longest asset in one request. */
int32_t ps_client_open(struct its_client *c, struct libsp *l);

#endif
