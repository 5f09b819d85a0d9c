"""What the classes of `record` do, they do as true dataclasses."""

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from mlops.domain import record


@record.dataclass(frozen=True, slots=True)
class Point:
    """A frozen one."""

    x: int
    y: int = 2
    names: list[str] = record.field(default_factory=list)

    def total(self) -> int:
        """Return a sum."""
        return self.x + self.y


@record.dataclass(frozen=True, slots=True)
class One:
    """A frozen one with a single field."""

    value: tuple[int, ...] = ()


@record.dataclass(frozen=True, slots=True)
class Empty:
    """A frozen one without fields."""


@record.dataclass(slots=True)
class Open:
    """One that can be changed, and completes itself."""

    size: int
    double: int = record.field(default=0)

    def __post_init__(self) -> None:
        self.double = 2 * self.size


@record.dataclass(slots=True, eq=False)
class Same:
    """One that equals itself only."""

    size: int = 0


@record.dataclass(frozen=True, slots=True)
class Deep(Point):
    """A subclass."""

    z: int = 0


def test_constructor_takes_positions_keywords_and_defaults() -> None:
    assert (Point(1).x, Point(1).y, Point(1).names) == (1, 2, [])
    assert Point(y=5, x=4).total() == 9
    assert Point(1).names is not Point(1).names
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Point(1, 2, [], 4)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "change", [lambda p: setattr(p, "x", 2), lambda p: delattr(p, "x"), lambda p: setattr(p, "q", 2)]
)
def test_frozen_refuses_changes(change: Any) -> None:
    point = Point(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        change(point)
    assert point.x == 1
    assert not hasattr(point, "__dict__")


def test_equality_and_hash() -> None:
    assert Point(1) == Point(1)
    assert Point(1) != Point(2)
    assert One((1,)) == One((1,))
    assert One() != Empty()
    assert Empty() == Empty()
    assert len({One((1,)), One((1,)), One((2,))}) == 2
    assert Open(1) == Open(1)
    assert Same() != Same()
    assert len({Same(), Same()}) == 2
    with pytest.raises(TypeError):
        hash(Open(1))
    with pytest.raises(TypeError):
        hash(Point(1))  # a list is no key


def test_representation() -> None:
    assert repr(Point(1)) == "Point(x=1, y=2, names=[])"
    assert repr(Empty()) == "Empty()"


def test_post_init_runs() -> None:
    thing = Open(3)
    assert thing.double == 6
    thing.size = 4
    assert thing != Open(4)
    assert dataclasses.replace(thing) == Open(4)


def test_dataclasses_knows_them() -> None:
    assert dataclasses.is_dataclass(Point)
    assert [field.name for field in dataclasses.fields(Point)] == ["x", "y", "names"]
    assert dataclasses.replace(Point(1), y=7) == Point(1, 7)
    assert dataclasses.asdict(Point(1)) == {"x": 1, "y": 2, "names": []}


@pytest.mark.parametrize("value", [Point(1), Deep(1, z=4)])
def test_replacing(value: Any) -> None:
    assert record.replace(value, y=7) == dataclasses.replace(value, y=7)
    assert record.replace(value) == value
    assert type(record.replace(value)) is type(value)
    with pytest.raises(TypeError):
        record.replace(value, nothing=1)


def test_replacing_in_small_ones() -> None:
    assert record.replace(One((1,)), value=()) == One()
    assert record.replace(Empty()) == Empty()


def test_matching() -> None:
    match Point(1, 3):
        case Point(x, 3):
            assert x == 1
        case _:
            pytest.fail("it has positions")


@pytest.mark.parametrize("value", [Point(1), One((1, 2)), Empty(), Open(4)])
def test_copies_and_pickles(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301
    assert copy.deepcopy(value) == value
    assert copy.copy(value) == value


def test_subclass_is_a_true_dataclass() -> None:
    deep = Deep(1, z=3)
    assert (deep.x, deep.y, deep.z, deep.total()) == (1, 2, 3, 3)
    assert deep != Point(1)
    assert Point(1, 2).x == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        deep.z = 4  # type: ignore[misc]
