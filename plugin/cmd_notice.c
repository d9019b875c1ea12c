#include "plugin/cli.h"
int cmd_notice(int argc, char **argv) { (void)argc; (void)argv; return 1; }
