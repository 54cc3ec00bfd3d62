// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions as first posted (October 2023): a list under a mutex, ids from an idr beside it.
 *
 * The list is what lookups search; the idr only hands out ids, from 1. It is called without the
 * mutex on both ways, as posted: the number is taken before the session is linked and given back
 * after it is unlinked.
 */
#include <linux/errno.h>
#include <linux/idr.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/types.h>

#include "tstee_private.h"

struct ts_session {
	struct list_head node;
	u32 id;
	u8 iface;
};

struct ts_sessions {
	struct list_head list;
	struct idr ids;
	struct mutex mutex; /* of the list */
};

struct ts_sessions *ts_sessions_create(void)
{
	struct ts_sessions *sessions = kzalloc(sizeof(*sessions), GFP_KERNEL);

	if (sessions) {
		mutex_init(&sessions->mutex);
		idr_init(&sessions->ids);
		INIT_LIST_HEAD(&sessions->list);
	}
	return sessions;
}

void ts_sessions_destroy(struct ts_sessions *sessions)
{
	struct ts_session *session, *next;

	list_for_each_entry_safe(session, next, &sessions->list, node)
	{
		list_del(&session->node);
		kfree(session);
	}
	idr_destroy(&sessions->ids);
	mutex_destroy(&sessions->mutex);
	kfree(sessions);
}

/* With the mutex held. */
static struct ts_session *find(struct ts_sessions *sessions, u32 id)
{
	struct ts_session *session;

	list_for_each_entry(session, &sessions->list, node) if (session->id == id) return session;
	return NULL;
}

int ts_session_add(struct ts_sessions *sessions, u8 iface, u32 *id)
{
	struct ts_session *session = kzalloc(sizeof(*session), GFP_KERNEL);
	int rc;

	if (!session)
		return -ENOMEM;
	rc = idr_alloc(&sessions->ids, session, 1, 0, GFP_KERNEL);
	if (rc < 0) {
		kfree(session);
		return rc;
	}
	session->id = rc;
	session->iface = iface;
	*id = rc;

	mutex_lock(&sessions->mutex);
	list_add(&session->node, &sessions->list);
	mutex_unlock(&sessions->mutex);
	return 0;
}

int ts_session_remove(struct ts_sessions *sessions, u32 id)
{
	struct ts_session *session;

	mutex_lock(&sessions->mutex);
	session = find(sessions, id);
	if (session)
		list_del(&session->node);
	mutex_unlock(&sessions->mutex);
	if (!session)
		return -EINVAL;

	idr_remove(&sessions->ids, id);
	kfree(session);
	return 0;
}

int ts_session_iface(struct ts_sessions *sessions, u32 id, u8 *iface)
{
	struct ts_session *session;

	mutex_lock(&sessions->mutex);
	session = find(sessions, id);
	if (session)
		*iface = session->iface;
	mutex_unlock(&sessions->mutex);
	return session ? 0 : -EINVAL;
}
