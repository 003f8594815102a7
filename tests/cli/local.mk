# the commands as a user runs them; and the rules of the tree
TESTS += tests/cli/includes.sh
EXTRA_DIST += tests/cli/includes.sh
TESTS += tests/cli/front.sh tests/cli/options.sh tests/cli/completion.sh
EXTRA_DIST += tests/cli/tap.sh tests/cli/front.sh tests/cli/options.sh tests/cli/completion.sh
TESTS += tests/cli/locate.sh
EXTRA_DIST += tests/cli/locate.sh tests/data/locate
