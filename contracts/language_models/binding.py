"""What a provider's key is stored for."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Binding:
    """What a stored key is for, and whose. It opens for nothing else.

    So whoever can write the table can neither have it sent elsewhere nor use it as his own.
    """

    credential_id: UUID
    owner_id: UUID
    provider: str
    base_url: str

    def associated_data(self) -> bytes:
        """The parts, none of which can hold what parts them."""
        return "\n".join(
            ["model credential", str(self.credential_id), str(self.owner_id), self.provider, self.base_url]
        ).encode()
