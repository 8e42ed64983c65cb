"""A defect comes into being, is triaged, is edited."""

from bot.domain import labels
from bot.domain.defect import Defect
from bot.domain.errors import Invalid, Missing, NotFound
from bot.domain.events import Kind, Scalar
from bot.domain.lifecycle import Action
from bot.domain.nearest import nearest
from bot.domain.policy import authorize
from bot.domain.project import Project
from bot.domain.values import Severity
from bot.services import requests as ask
from bot.services.builds import named_build
from bot.services.conversations import attach
from bot.services.failing import filed_as, filed_from
from bot.services.guards import permitted
from bot.services.outcome import Outcome
from bot.services.ports import UnitOfWork
from bot.services.records import Anchor

MAX_TITLE = 250


def file_defect(uow: UnitOfWork, request: ask.FileDefect) -> Outcome:
    """Raises Missing without a title, Invalid on a long one, NotFound on an unknown project, release or build, and
    AlreadyFiled."""
    request, cluster = filed_from(uow, request)
    project = _project(uow, request)
    authorize(project, "new", uow.context.actor, guest_team=uow.context.guest_team)
    defect = _new(uow, project, request)
    uow.defects.add(defect)
    if cluster is not None:
        filed_as(uow, cluster, defect)
    for target in dict.fromkeys(t.upper() for t in request.requirements):
        uow.conversations.link(defect.id, target)
    for evidence in request.evidence:
        attach(uow, defect, evidence)
    anchor = _anchor(project, defect, request)
    uow.conversations.set_anchor(anchor)
    if request.files:
        attach(uow, defect, ask.Evidence(anchor.channel, "", files=request.files))
    facts: dict[str, Scalar] = {"channel": anchor.channel, "in_thread": anchor.thread_ts is not None}
    return Outcome(defect, Kind.DEFECT_FILED, facts)


def _project(uow: UnitOfWork, request: ask.FileDefect) -> Project:
    if not request.project:
        return uow.projects.for_channel(uow.context.channel)
    named = uow.projects.of_prefix(request.project)
    if named is None:
        known = [project.prefix for project in uow.projects.all()]
        raise NotFound("project", request.project, nearest(request.project, known))
    return named


def _new(uow: UnitOfWork, project: Project, request: ask.FileDefect) -> Defect:
    title = _title(request.title)
    release = uow.releases.find(request.release, project) if request.release else uow.releases.current(project.id)
    release_id = release.id if release else None
    build = named_build(uow, project.id, request.build, release_id) if request.build else None
    texts = {"actual": request.actual, "expected": request.expected, "steps": request.steps}
    links = " ".join(dict.fromkeys(target.upper() for target in request.requirements))
    return Defect.file(
        facts={"links": links} if links else {},
        texts={name: text for name, text in texts.items() if text},
        id=uow.new_id(),
        project_id=project.id,
        key=uow.projects.next_key(project),
        title=title,
        reporter=uow.context.actor,
        created_at=uow.now,
        since=uow.now,
        severity=request.severity or Severity.S3,
        priority=request.priority,
        component=request.component or None,
        environment=request.environment or None,
        labels=labels.written(request.labels),
        release_id=release_id,
        found_build_id=build.id if build else None,
        found_release_id=build.release_id if build else release_id,
    )


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title:
        raise Missing("title", "new")
    if len(title) > MAX_TITLE:
        raise Invalid("title", f"{len(title)} characters", f"at most {MAX_TITLE} characters; put the rest under More")
    return title


def _anchor(project: Project, defect: Defect, request: ask.FileDefect) -> Anchor:
    """Filed from a message: in its thread. Else a root message in the home channel, or where the request says.

    A home of "" is the reporter's direct message, opened when the card is delivered.
    """
    if request.in_thread and request.evidence:
        source = request.evidence[0]
        return Anchor(defect.id, source.channel, source.thread_ts or source.message_ts, None, source.message_ts)
    return Anchor(defect.id, project.home_channel or request.home or "")


def triage(uow: UnitOfWork, request: ask.Triage) -> Outcome:
    """What is not named stays as it was filed, and is confirmed by this.

    Raises Missing without a priority, and without a release where the project plans any.
    """
    defect, project = permitted(uow, request.key, "triage", Action.TRIAGE)
    priority = request.priority or defect.priority
    if priority is None:
        raise Missing("priority", "triage")
    release_id = uow.releases.find(request.release, project).id if request.release else defect.release_id
    if release_id is None and uow.releases.current(project.id) is not None:
        raise Missing("release", "triage")
    defect.triage(uow.now, severity=request.severity or defect.severity, priority=priority, release_id=release_id)
    return Outcome(defect, Kind.DEFECT_TRIAGED)


def edit(uow: UnitOfWork, request: ask.Edit) -> Outcome:
    defect, project = permitted(uow, request.key, "edit", Action.EDIT)
    values = _values(uow, project, defect, request)
    if not values:
        raise Missing("field", "edit")
    if not defect.differs(values):
        return Outcome(defect, Kind.DEFECT_EDITED, nothing=True)
    defect.edit(uow.now, values)
    return Outcome(defect, Kind.DEFECT_EDITED, {"fields": " ".join(values)})


def _values(uow: UnitOfWork, project: Project, defect: Defect, request: ask.Edit) -> dict[str, Scalar]:
    values: dict[str, Scalar] = {}
    if request.title is not None:
        values["title"] = _title(request.title)
    for name in ("severity", "priority"):
        if (value := getattr(request, name)) is not None:
            values[name] = value
    for name in ("component", "environment"):
        if (value := getattr(request, name)) is not None:
            values[name] = value or None
    if request.labels is not None:
        values["labels"] = labels.written(request.labels)
    if request.release is not None:
        values["release_id"] = uow.releases.find(request.release, project).id if request.release else None
    if request.build is not None:
        release_id = values.get("release_id", defect.release_id)
        build = (
            named_build(uow, project.id, request.build, str(release_id) if release_id else None)
            if request.build
            else None
        )
        values["found_build_id"] = build.id if build else None
        values["found_release_id"] = build.release_id if build else values.get("release_id", defect.release_id)
    return values
