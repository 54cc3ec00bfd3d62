/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names for code addresses of this process: function, file and line, from the debug information of
 * whatever image the address lies in. Slow the first time an address is asked for, then a look-up.
 * Only names come out, never addresses, so they may be printed and compared between runs.
 * Not modelled: chains of inlined functions; the function is the one that has a symbol.
 */
#ifndef FFASIM_CORE_SYMBOL_H
#define FFASIM_CORE_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>

struct symbol {
	const char *function; /* or the file name of the image when nothing better is known */
	const char *file;     /* below the source tree, "driver/tstee/core.c"; NULL = no line */
	int line;
	const char *image; /* base name of the image */
	bool unknown;	   /* `function` names no function */
};

/* @pc is a return address: the call before it is named. Never NULL. The result stays valid, as does
 * its address, until symbol_forget(). May be called on a small stack. */
const struct symbol *symbol_at(const void *pc);
/* Images were unloaded: their addresses may come to mean something else. */
void symbol_forget(void);
/* An image was loaded: what was unknown may now have a name. */
void symbol_images_changed(void);
/* The part of a source path that is the same on every host. */
const char *symbol_short_path(const char *file);

#endif
