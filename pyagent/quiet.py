"""Switches that stop dependencies from calling home; imported before any of them.

Each line names the tool and the variable its documentation gives for it.
"""

import os
from collections.abc import MutableMapping

SWITCHES = {
    "DO_NOT_TRACK": "1",  # the cross-tool convention
    "DAGSTER_DISABLE_TELEMETRY": "1",  # dagster
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # prefect
    "GX_ANALYTICS_ENABLED": "false",  # great_expectations
    "LITELLM_TELEMETRY": "False",  # litellm
    "VLLM_NO_USAGE_STATS": "1",  # vllm
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub, through vllm
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",  # pip
}


def hush(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set every switch the operator has not set, in this process and so in its children."""
    for name, value in SWITCHES.items():
        environment.setdefault(name, value)
