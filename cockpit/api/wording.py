"""措辞: rules that refuse something, in the language of the person who asks."""

from cockpit.catalogue import Texts
from cockpit.domain.event import Event


def rule_text(words: Texts, rule: str, reason: str, event: Event) -> str:
    """The catalogue's sentence for a rule; `reason`, which names the case, where the catalogue has none."""
    claim = event.docket.claim
    text = words.find(f"rule.{rule}", "")
    if not text:
        return reason
    return text.format(
        stage=words[f"stage.{event.stage.value}"],
        level=words[f"level.{event.level.value}"],
        by=claim.by if claim else "",
        main=event.docket.merged_into,
    )
