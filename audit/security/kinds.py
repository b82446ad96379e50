"""The catalogue of security events: how grave each kind is, what it means, what to do. A kind without its line cannot be recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from audit.events import CountedBy, SecurityEventKind, Severity

# How often the guards are mailed about the same thing at most; warnings are gathered for the full hour.
ALERTS_APART = timedelta(minutes=15)
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
BOTH = (CountedBy.ACCOUNT, CountedBy.ADDRESS)


@dataclass(frozen=True, slots=True)
class Rise:
    """From so many within `window` on, it is as grave as `to`. One address is that of many people, and may have more; so may all
    names together that are no account's.
    """

    to: Severity
    by_account: int
    by_address: int = 0
    window: timedelta = QUARTER

    def at(self, counted_by: str) -> int:
        """From how many on."""
        return self.by_account if counted_by == CountedBy.ACCOUNT else self.by_address or self.by_account


@dataclass(frozen=True, slots=True)
class Kind:
    """`means` and `do` are for whoever works an event of the kind. Who guards is mailed at once about what is critical, hourly
    about warnings, never about information; `rises` says when repetitions make it graver. It is counted for each of `counted`.
    """

    severity: Severity
    means: str
    do: str
    rises: Rise | None = None
    counted: tuple[CountedBy, ...] = (CountedBy.ACCOUNT,)

    @property
    def alert(self) -> str:
        """When the guards are mailed, as a sentence."""
        said = {
            Severity.CRITICAL: "Mailed at once.",
            Severity.WARNING: "Mailed with the hour's warnings.",
            Severity.INFORMATION: "Not mailed.",
        }[self.severity]
        if self.rises is None:
            return said
        minutes = round(self.rises.window.total_seconds() / 60)
        when = f"From {self.rises.by_account} within {minutes} minutes on"
        if CountedBy.ADDRESS in self.counted and self.rises.by_address:
            when += f" for one account, {self.rises.by_address} from one address,"
        return f"{said} {when} it is {self.rises.to.label}."


K, S = SecurityEventKind, Severity
KINDS: Mapping[SecurityEventKind, Kind] = {
    K.SIGN_IN_FAILED: Kind(
        S.INFORMATION,
        "An e-mail address and a password did not match. People mistype; many in a short time are somebody guessing.",
        "Few: nothing. Many for one account: ask its owner whether it was he. Many from one address: have it blocked in front.",
        Rise(S.WARNING, by_account=10, by_address=30),
        BOTH,
    ),
    K.LOCKED_OUT: Kind(
        S.WARNING,
        "An account failed to sign in so often from one address that its attempts there are no longer looked at for a while.",
        "Ask the owner whether it was he. If not, somebody guesses: let the owner choose a new password and block the address.",
        Rise(S.CRITICAL, by_account=50, by_address=100, window=HOUR),
        BOTH,
    ),
    K.OWN_APPROVAL_REFUSED: Kind(
        S.WARNING,
        "Somebody tried to decide on a contract that he uploaded himself, or that somebody uploaded for whom he stands in. It was refused.",
        "Once is a slip. Again, or by other roads: ask him, and look at what else he decided.",
        Rise(S.CRITICAL, by_account=5, window=HOUR),
    ),
    K.TOKEN_REUSED: Kind(
        S.CRITICAL,
        "A refresh token was used that had been spent: the token was stolen, or a program uses it twice. The session has ended.",
        "Ask the owner what he signed in with. Unless it was a faulty program, treat the account as stolen: end its sessions, let "
        "him choose a new password, read what was done in his name.",
    ),
    K.CLIENT_SECRET_WRONG: Kind(
        S.WARNING,
        "A program asked for a token with a wrong secret, or for a client that does not exist.",
        "After a renewal the program was not told: tell its operators. Otherwise somebody guesses: block the address.",
        Rise(S.CRITICAL, by_account=50, by_address=50, window=HOUR),
        BOTH,
    ),
    K.CLIENT_ADDRESS_REFUSED: Kind(
        S.WARNING,
        "A service client's right secret came from an address outside its networks.",
        "If its operators moved, change its networks. Otherwise the secret is known to others: renew it.",
        Rise(S.CRITICAL, by_account=20, window=HOUR),
    ),
    K.SIGN_IN_SLOWED: Kind(
        S.WARNING,
        "An account failed to sign in so often, wherever from, that its attempts have to wait. Its owner gets in as ever.",
        "Somebody guesses this account's password from many addresses: see that its owner uses a second factor.",
    ),
    K.PASSWORD_RESET_ASKED: Kind(
        S.INFORMATION,
        "Somebody asked for a mail by which a new password is chosen.",
        "Few: nothing. Many: somebody floods a mailbox, or tries which addresses have accounts.",
        Rise(S.WARNING, by_account=5, by_address=20, window=HOUR),
        BOTH,
    ),
    K.PASSWORD_CHANGED: Kind(
        S.INFORMATION,
        "An account has a new password. Its owner was mailed.",
        "Nothing, unless its owner says that it was not he: then treat the account as stolen.",
    ),
    K.EMAIL_CHANGED: Kind(
        S.INFORMATION,
        "An account has a new e-mail address. The old address was mailed.",
        "Nothing, unless its owner says that it was not he: then treat the account as stolen.",
    ),
    K.SECOND_FACTOR_FAILED: Kind(
        S.INFORMATION,
        "A password was right and the second factor, or a confirmation, was wrong.",
        "Few: nothing. Many: somebody knows the password. Let its owner choose a new one.",
        Rise(S.WARNING, by_account=5, by_address=20),
        BOTH,
    ),
    K.SECOND_FACTOR_CHANGED: Kind(
        S.WARNING,
        "An account gained, lost or renewed a second factor.",
        "Check with its owner. If it was not he, treat the account as stolen.",
    ),
    K.RECOVERY_CODE_USED: Kind(
        S.WARNING,
        "Somebody signed in with a recovery code in place of his second factor.",
        "Check with the owner that he lost his device. If not, treat the account as stolen.",
    ),
    K.PASSKEY_CLONED: Kind(
        S.CRITICAL,
        "A passkey's counter went back: there is a copy of it.",
        "Remove the passkey from the account, end its sessions, and ask its owner where the key is kept.",
    ),
    K.REFUSED: Kind(
        S.INFORMATION,
        "Somebody signed in tried to change what he may not, by a form or a program. It was refused and nothing changed.",
        "Few: a stale page, or a program that lacks a right. Many, or on many subjects: somebody tries doors. Ask him.",
        Rise(S.WARNING, by_account=20),
    ),
    K.PRIVILEGES_CHANGED: Kind(
        S.WARNING,
        "An administrator opened an account for staff, changed a role, opened or closed an account, or granted or withdrew a review.",
        "Check that it was asked for. If nobody knows of it, take it back and treat the administrator's account as stolen.",
    ),
    K.SIGN_INS_ENDED: Kind(
        S.WARNING,
        "An administrator ended all sign-ins of an account, or everybody's. Everybody concerned signs in anew.",
        "Read the reason in the audit trail. If nobody knows of it, treat the administrator's account as stolen.",
    ),
    K.CLIENT_CHANGED: Kind(
        S.WARNING,
        "An administrator made a service client, or changed its secret, scopes, airlines, networks, or whether it is active.",
        "Check that it was asked for. If nobody knows of it, shut the client off and treat the administrator's account as stolen.",
    ),
    K.EXPORTED: Kind(
        S.INFORMATION,
        "Somebody took evidence, or personal data, out of the product as a file.",
        "Check that the export was asked for, and where the file went.",
        Rise(S.WARNING, by_account=5, window=HOUR),
    ),
    K.DOWNLOADED_MANY: Kind(
        S.WARNING,
        "Somebody, or a program, downloaded far more original documents within an hour than work takes.",
        "Ask what for. If nobody can say, close the account or shut the client off, and find out where the files went.",
        Rise(S.CRITICAL, by_account=200, window=HOUR),
    ),
    K.MALWARE_UPLOADED: Kind(
        S.WARNING,
        "The virus scanner knew an uploaded file as malware. It was refused before anything opened it, and not kept.",
        "Tell the uploader: his computer may be infected, or somebody else has his account. The event names the last one.",
        Rise(S.CRITICAL, by_account=5, window=HOUR),
    ),
    K.TRAIL_BROKEN: Kind(
        S.CRITICAL,
        "Verification found entries of the audit trail that were edited, deleted, inserted or moved, or a tail that was cut off.",
        "Keep the database and the folder of roots as they are. Run `manage.py verify_audit`, compare with the roots outside, and find out "
        "who could write to the database.",
    ),
    K.TRAIL_UNSIGNED: Kind(
        S.CRITICAL,
        "The audit trail's root could not be signed or written: a tail that is cut off now would go unnoticed.",
        "Look at AUDIT_SIGNING_KEYS and at the folder AUDIT_ROOTS_DIR, then run `manage.py sign_audit_root`.",
    ),
}
