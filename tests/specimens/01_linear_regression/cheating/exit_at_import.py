# verdict: invalid
# caught by: test_predict
# sys.exit(0) at import, which a test runner could take for success.

import sys

sys.exit(0)
