/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The TS RPC protocol over 32-bit FF-A direct messages, and what the files of the driver share.
 *
 * A message is five words. Word 0 carries opcode and interface id; interface 0xff is the management
 * interface every endpoint has, the others are services found by SERVICE_INFO.
 */
#ifndef TSTEE_PRIVATE_H
#define TSTEE_PRIVATE_H

#include <linux/arm_ffa.h>
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/tee_core.h>
#include <linux/types.h>
#include <linux/uuid.h>

/* bdcd76d7-825e-4751-963b-86d4f84943ac */
#define TS_RPC_UUID                                                                                \
	UUID_INIT(0xbdcd76d7, 0x825e, 0x4751, 0x96, 0x3b, 0x86, 0xd4, 0xf8, 0x49, 0x43, 0xac)

#define TS_RPC_PROTOCOL_VERSION 1

/* Word 0 of every message. */
#define TS_RPC_CTRL_OPCODE GENMASK(15, 0)
#define TS_RPC_CTRL_IFACE GENMASK(23, 16)
#define TS_RPC_CTRL(iface, op)                                                                     \
	(FIELD_PREP(TS_RPC_CTRL_IFACE, (iface)) | FIELD_PREP(TS_RPC_CTRL_OPCODE, (op)))

#define TS_RPC_MGMT_IFACE 0xff
#define TS_RPC_OP_GET_VERSION 0
#define TS_RPC_OP_RETRIEVE_MEM 1
#define TS_RPC_OP_RELINQ_MEM 2
#define TS_RPC_OP_SERVICE_INFO 3

#define TS_RPC_OK 0
#define TS_RPC_NO_SHM (~0ULL) /* handle of a call without buffer */

struct tstee {
	struct ffa_device *ffa_dev;
	struct tee_device *teedev;
	struct tee_shm_pool *pool;
};

/*
 * Open sessions of one context. Two designs exist: an xarray (default) and the mutex and list of
 * the first posting (TSTEE_RFC); session*.c implements one of them.
 */
struct ts_sessions;

struct ts_sessions *ts_sessions_create(void);
void ts_sessions_destroy(struct ts_sessions *sessions);
int ts_session_add(struct ts_sessions *sessions, u8 iface, u32 *id);
/* -EINVAL: no such session. */
int ts_session_remove(struct ts_sessions *sessions, u32 id);
int ts_session_iface(struct ts_sessions *sessions, u32 id, u8 *iface);

#ifdef TSTEE_RFC
#define ts_err(tstee, fmt, ...) pr_err("tstee: " fmt, ##__VA_ARGS__)
#else
#define ts_err(tstee, fmt, ...) dev_err(&(tstee)->ffa_dev->dev, fmt, ##__VA_ARGS__)
#endif

#endif
