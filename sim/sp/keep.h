/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What partitions keep from run to run: a directory of the host, one file a record, as --state
 * names it. Of the process, not of a machine: a reset does not touch it, and a run that uses it
 * does not repeat. Without one nothing is kept.
 *
 *   DIR/ffasim-state    "1": the version of this layout; locked while a process uses the directory
 *   DIR/SP/RECORD       what partition SP keeps under that name
 *
 * A record is written beside the old one, made durable and renamed over it, so that whoever is
 * killed leaves the old content or the new one; what such a one left half written goes when the
 * directory is opened next. Fault sites state.write, state.rename (their value is the -errno) and
 * state.killed (SIGKILL between the writing and the renaming, or before a record is dropped).
 */
#ifndef FFASIM_SP_KEEP_H
#define FFASIM_SP_KEEP_H

#include <stddef.h>

#define KEEP_NAME_BYTES 64 /* of a partition or record, with its end */

/* Makes @dir when it is missing. 0; -EBUSY = another process uses it, -EPROTO = of another layout,
 * or what the host says. */
int keep_open(const char *dir);
void keep_close(void);

/* All: 0, -ENOSYS = nothing is kept in this run, -EINVAL = a name with '/' or too long, or what the
 * host says (-ENOSPC, -EROFS, -EACCES, ...). */
int keep_save(const char *owner, const char *name, const void *data, size_t len_bytes);
/* *len_bytes: of the whole record, also when only @room_bytes of it were read. -ENOENT */
int keep_load(const char *owner, const char *name, void *data, size_t room_bytes,
	      size_t *len_bytes);
int keep_drop(const char *owner, const char *name); /* -ENOENT */

#endif
