"""What a runbook says when it brings no words of its own: Jinja2 over the values that `Templates` lists."""

ANNOUNCEMENT = """\
*{{ severity }}* · *{{ service }}* · {{ title }} (`{{ ref }}`)
*Impact:* {{ impact }}
*Commander:* {{ commander }} · *Channel:* {{ channel }} · *Next update:* {{ next_update }}"""

UPDATE = """\
*{{ ref }} {{ title }}*: *{{ status }}* ({{ severity }})
*Impact:* {{ impact }}
*What we know:* {{ known }}
*Next update:* {{ next_update }}"""

AUTOMATIC_UPDATE = """\
*{{ ref }} {{ title }}*: still *{{ status }}* ({{ severity }}), open for {{ duration }}.
*Impact:* {{ impact }}
*Last known:* {{ known }}
*Next update:* {{ next_update }}
_Posted automatically: nobody has written an update in time._"""

RESOLUTION = """\
*RESOLVED:* {{ title }} (`{{ ref }}`, {{ severity }})
*Duration:* {{ duration }} ({{ started }} – {{ resolved }})
*Root cause:* {{ root_cause }}
{%- if fix %}
*Fix:* {{ fix }}
{%- endif %}
{%- if follow_ups %}
*Next steps:*
{%- for item in follow_ups %}
• {{ item.text }}{% if item.owner %} ({{ item.owner }}){% endif %}
{%- endfor %}
{%- endif %}"""

ESCALATION = """\
{{ contact }} {{ say }}
*{{ severity }}* · *{{ service }}* · {{ title }} (`{{ ref }}`), *{{ status }}* for {{ duration }}
*Impact:* {{ impact }}"""

POSTMORTEM = """\
# Postmortem: {{ title }}

## Incident summary

- **Incident**: {{ ref }}
- **Service**: {{ service }}
- **Date**: {{ date }}
- **Duration**: {{ duration }}
- **Severity**: {{ severity }}
- **Impact**: {{ impact }}
- **Commander**: {{ commander }}

## Root cause

{{ root_cause }}

## Fix

{{ fix }}

## Response

- **Time to acknowledge**: {{ time_to_acknowledge }}
- **Time to mitigate**: {{ time_to_mitigate }}
- **Time to resolve**: {{ time_to_resolve }}

## What was run and found

{% for step in outputs -%}
- **{{ step.title }}**: {{ step.headline }}
{% else -%}
Nothing was run.
{% endfor %}
## Mitigations

{% for run in mitigations -%}
- {{ run.at }} {{ run.title }}: {{ run.state }}
{% else -%}
None was applied.
{% endfor %}
## Action items

{% for item in follow_ups -%}
{{ loop.index }}. [ ] {{ item.text }} ({{ item.owner }}, {{ item.due }})
{% else -%}
1. [ ] [to fill in: action item]
{% endfor %}
## Timeline

{% for entry in timeline -%}
- {{ entry.at }} {{ entry.text }}{% if entry.person %} ({{ entry.person }}){% endif %}
{% endfor -%}
"""

HANDOFF = """\
*Handoff of {{ ref }}* to {{ to }}
*Incident:* {{ title }} ({{ service }}, {{ severity }})
*Status:* {{ status }} for {{ duration }} · *Impact:* {{ impact }}
*Current state:* {{ known }}
*Done so far:*
{%- for text in done %}
• {{ text }}
{%- else %} nothing is recorded
{%- endfor %}
*Next:*
{%- for text in next_steps %}
• {{ text }}
{%- else %} [to fill in: what happens next]
{%- endfor %}
*Questions:* {{ by }}"""

PAGE = """\
{{ severity }}: {{ title }} ({{ service }}, {{ ref }}). Impact: {{ impact }}. {{ link }}"""

EMAIL = """\
Subject: [{{ severity }}] {{ service }}: {{ title }}

Status: {{ status }}
Impact: {{ impact }}
What we know: {{ known }}
Next update: {{ next_update }}"""

TICKET = """\
Title: [{{ severity }}] {{ title }}
Priority: {{ severity }}
Components: {{ service }}
Impact: {{ impact }}
Incident: {{ ref }} {{ link }}"""

STATUS_INVESTIGATING = """\
Investigating: we are looking into reports of trouble with {{ service }}.
Impact: {{ impact }}
Next update: {{ next_update }}"""

STATUS_IDENTIFIED = """\
Identified: we have found the cause of the trouble with {{ service }} and are working on a fix.
Next update: {{ next_update }}"""

STATUS_MONITORING = """\
Monitoring: a fix for {{ service }} is in place and we are watching it.
Next update: {{ next_update }}"""

STATUS_RESOLVED = """\
Resolved: the trouble with {{ service }} is over. It lasted {{ duration }}. We are sorry for it."""
