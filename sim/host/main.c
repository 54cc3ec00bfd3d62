/* SPDX-License-Identifier: BSD-3-Clause */
#include "host/cli.h"

int main(int argc, char **argv)
{
	return ffasim_main(argc, argv);
}
