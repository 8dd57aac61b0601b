"""ISO 20022 pain.001.001.09, customer credit transfer initiation, in CNY. Pure.

The message's classes are pyiso20022's (made from the standard's schemas), written out by xsdata. Chinese banks have
their own rules about what they read of it: nothing here is any one bank's.
"""

from collections.abc import Sequence
from datetime import date

from pyiso20022.pain import pain_001_001_09 as iso
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDate, XmlDateTime

from services.funding.rules.instruction import Line, Payer
from shared.amounts import in_yuan

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
WIDTH = 140
"""Most characters of a name and of a remittance text (Max140Text)."""


def texts(line: Line) -> tuple[str, ...]:
    """What a person wrote of it."""
    return (line.unit_name, line.bank_name, line.purpose)


def credit_transfer(lines: Sequence[Line], payer: Payer, number: int, on: date, sum_fen: int) -> bytes:
    """One message with one payment of many transactions; ``lines`` is not empty."""
    key = f"{on:%Y%m%d}-{number:03}-{lines[0].reference[-12:]}"
    debtor = iso.PartyIdentification135(nm=payer.payer_name)
    header = iso.GroupHeader85(
        msg_id=key,
        cre_dt_tm=XmlDateTime(on.year, on.month, on.day, 0, 0, 0),
        nb_of_txs=str(len(lines)),
        ctrl_sum=in_yuan(sum_fen),
        initg_pty=debtor,
    )
    payment = iso.PaymentInstruction30(
        pmt_inf_id=key,
        pmt_mtd=iso.PaymentMethod3Code.TRF,
        nb_of_txs=str(len(lines)),
        ctrl_sum=in_yuan(sum_fen),
        reqd_exctn_dt=iso.DateAndDateTime2Choice(dt=XmlDate(on.year, on.month, on.day)),
        dbtr=debtor,
        dbtr_acct=_account(payer.payer_account, "CNY"),
        dbtr_agt=_agent(payer.payer_bank_code, payer.payer_bank_name),
        cdt_trf_tx_inf=[_transaction(line) for line in lines],
    )
    initiation = iso.CustomerCreditTransferInitiationV09(grp_hdr=header, pmt_inf=[payment])
    written = XmlSerializer(config=SerializerConfig(indent=" ")).render(
        iso.Document(cstmr_cdt_trf_initn=initiation), ns_map={None: NAMESPACE}
    )
    return written.encode()


def _transaction(line: Line) -> iso.CreditTransferTransaction34:
    return iso.CreditTransferTransaction34(
        pmt_id=iso.PaymentIdentification6(instr_id=line.reference, end_to_end_id=line.reference),
        amt=iso.AmountType4Choice(
            instd_amt=iso.ActiveOrHistoricCurrencyAndAmount(value=in_yuan(line.amount_fen), ccy="CNY")
        ),
        cdtr_agt=_agent(line.bank_code, line.bank_name),
        cdtr=iso.PartyIdentification135(
            nm=line.unit_name,
            id=iso.Party38Choice(
                org_id=iso.OrganisationIdentification29(
                    othr=[iso.GenericOrganisationIdentification1(id=line.unit_code)]
                )
            ),
        ),
        cdtr_acct=_account(line.account),
        rmt_inf=iso.RemittanceInformation16(ustrd=[line.purpose]),
    )


def _account(number: str, currency: str | None = None) -> iso.CashAccount38:
    other = iso.GenericAccountIdentification1(id=number)
    return iso.CashAccount38(id=iso.AccountIdentification4Choice(othr=other), ccy=currency)


def _agent(code: str, name: str) -> iso.BranchAndFinancialInstitutionIdentification6:
    """A bank by its code in CNAPS, the People's Bank's payment system (external code CNAPS)."""
    system = iso.ClearingSystemIdentification2Choice(cd="CNAPS")
    member = iso.ClearingSystemMemberIdentification2(clr_sys_id=system, mmb_id=code)
    return iso.BranchAndFinancialInstitutionIdentification6(
        fin_instn_id=iso.FinancialInstitutionIdentification18(clr_sys_mmb_id=member, nm=name)
    )
