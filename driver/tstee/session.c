// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions in one xarray: the index is the session id, lowest free first, from 0.
 *
 * Removing takes the entry out and frees it in one step. A call that looks a session up copies what
 * it needs under the array's lock, so it never touches one that is gone.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "tstee_private.h"

struct ts_session {
	u8 iface;
};

struct ts_sessions {
	struct xarray list;
};

struct ts_sessions *ts_sessions_create(void)
{
	struct ts_sessions *sessions = kzalloc(sizeof(*sessions), GFP_KERNEL);

	if (sessions)
		xa_init_flags(&sessions->list, XA_FLAGS_ALLOC);
	return sessions;
}

void ts_sessions_destroy(struct ts_sessions *sessions)
{
	struct ts_session *session;
	unsigned long id;

	xa_for_each(&sessions->list, id, session)
	{
		xa_erase(&sessions->list, id);
		kfree(session);
	}
	xa_destroy(&sessions->list);
	kfree(sessions);
}

int ts_session_add(struct ts_sessions *sessions, u8 iface, u32 *id)
{
	struct ts_session *session = kzalloc(sizeof(*session), GFP_KERNEL);
	int rc;

	if (!session)
		return -ENOMEM;
	session->iface = iface;
	rc = xa_alloc(&sessions->list, id, session, xa_limit_32b, GFP_KERNEL);
	if (rc)
		kfree(session);
	return rc;
}

int ts_session_remove(struct ts_sessions *sessions, u32 id)
{
	struct ts_session *session = xa_erase(&sessions->list, id);

	if (!session)
		return -EINVAL;
	kfree(session);
	return 0;
}

int ts_session_iface(struct ts_sessions *sessions, u32 id, u8 *iface)
{
	struct ts_session *session;

	xa_lock(&sessions->list);
	session = xa_load(&sessions->list, id);
	if (session)
		*iface = session->iface;
	xa_unlock(&sessions->list);
	return session ? 0 : -EINVAL;
}
