/* SPDX-License-Identifier: BSD-3-Clause */
/* The records of keep_direct.h. */
#include "keep_direct.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sp/keep.h"

struct ffasim_sp {
	int nothing;
};
static struct ffasim_sp some_sp;
struct ffasim_sp *const keep_direct_sp = &some_sp;
char keep_direct_dir[] = "/tmp/ffasim-state-XXXXXX";
static const char *owner_name;

int __wrap_ffasim_sp_keep(struct ffasim_sp *sp, const char *name, const void *data, size_t len);
int __wrap_ffasim_sp_kept(struct ffasim_sp *sp, const char *name, void *data, size_t room,
			  size_t *len);
int __wrap_ffasim_sp_forget(struct ffasim_sp *sp, const char *name);
int __wrap_ffasim_sp_keep(struct ffasim_sp *sp, const char *name, const void *data, size_t len)
{
	return keep_save(owner_name, name, data, len);
}
int __wrap_ffasim_sp_kept(struct ffasim_sp *sp, const char *name, void *data, size_t room,
			  size_t *len)
{
	return keep_load(owner_name, name, data, room, len);
}
int __wrap_ffasim_sp_forget(struct ffasim_sp *sp, const char *name)
{
	return keep_drop(owner_name, name);
}

int keep_direct_begin(const char *owner)
{
	owner_name = owner;
	if (!mkdtemp(strcpy(keep_direct_dir, "/tmp/ffasim-state-XXXXXX")))
		return -1;
	return keep_open(keep_direct_dir);
}

int keep_direct_again(void)
{
	keep_close();
	return keep_open(keep_direct_dir);
}

int keep_direct_end(void)
{
	char command[128];

	keep_close();
	snprintf(command, sizeof(command), "rm -rf %s", keep_direct_dir);
	return system(command);
}
