"""消息 as the API names them: the contract's messages and the checked words that requests are made of."""

from cockpit.services.feeding.messages import AlarmMessage as AlarmMessage
from cockpit.services.feeding.messages import EventMessage as EventMessage
from cockpit.services.feeding.messages import Id as Id
from cockpit.services.feeding.messages import Message as Message
from cockpit.services.feeding.messages import Name as Name
from cockpit.services.feeding.messages import Number as Number
from cockpit.services.feeding.messages import PositionMessage as PositionMessage
from cockpit.services.feeding.messages import ReadingMessage as ReadingMessage
from cockpit.services.feeding.messages import Text as Text
from cockpit.services.feeding.messages import Time as Time
from cockpit.services.feeding.messages import Title as Title
from cockpit.services.feeding.messages import TransitionMessage as TransitionMessage
from cockpit.services.feeding.messages import parse_time as parse_time
