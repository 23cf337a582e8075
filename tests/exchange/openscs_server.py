"""An OPC UA server of a line in a process of its own, its address space made after OPC 30260: openscs_server.py PORT.

Below OPENSCSObjects lie a pool manager, whose request methods take numbers out of its pool, and collections in several states. The
method Hold is the supplier's own. What was called is told on standard output.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import datetime

from asyncua import Server, ua, uamethod
from asyncua.common.structures104 import new_enum, new_struct, new_struct_field

URI = "http://opcfoundation.org/UA/OPENSCS-SER/"
STATES = "Unassigned0 Unallocated1 Allocated2 SNInvalid3 Encoded4 LabelSampled5 LabelScrapped6 Commissioned7 Sampled8 Inactive9 Destroyed10 Released11"


@uamethod
def hold(_parent, what: str, why: str, by: str, reference: str) -> object:
    print("hold", what, why, by, reference, sep="|", flush=True)
    if what == "the moon":
        return ua.StatusCode(ua.StatusCodes.BadUserAccessDenied)
    return 1, f"{what} is held"


@uamethod
def request(_parent, count: int) -> str:
    print("request", count, flush=True)
    return ""


async def main(port: int) -> None:
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}/line2")
    space = await server.register_namespace(URI)
    await new_enum(server, space, "OPENSCSSerialNumberStateEnum", STATES.split())
    text, number = ua.VariantType.String, ua.VariantType.Int32
    pair, _ = await new_struct(server, space, "OPENSCSKeyValueDataType", [new_struct_field("Key", text), new_struct_field("Value", text)])
    label, _ = await new_struct(
        server, space, "OPENSCSLabelDataType", [new_struct_field("ID", text), new_struct_field("LabelProperties", pair, array=True)]
    )
    common = [
        new_struct_field("ID", text),
        new_struct_field("Description", text),
        new_struct_field("State", number),
        new_struct_field("AssociatedPoolID", text),
        new_struct_field("SerialNumbers", text, array=True),
    ]
    await new_struct(server, space, "OPENSCSSNCollectionDataType", common)
    more = [new_struct_field("LabelCollection", label, array=True), new_struct_field("LabelCollectionProperties", pair, array=True)]
    await new_struct(server, space, "OPENSCSLabelCollectionDataType", [*common, *more])
    await server.load_data_type_definitions()
    folder = await server.nodes.objects.add_folder(space, "OPENSCSObjects")
    pool = await folder.add_object(space, "PoolManager")
    await pool.add_property(space, "SNFormat", ["GS1:SGTIN"])
    await pool.add_method(space, "SNRequestAllocated", request, [number], [text])
    numbers = [
        ua.OPENSCSSNCollectionDataType("C-1", "carton", state, "POOL-7", [f"S{state:02d}{one:03d}" for one in range(3)])
        for state in range(12)
    ]
    at = datetime(2026, 11, 22, 8, 30, 1)
    variable = await pool.add_variable(space, "Collections", numbers)
    await variable.write_value(ua.DataValue(ua.Variant(numbers), SourceTimestamp=at))
    labels = ua.OPENSCSLabelCollectionDataType(
        "C-2", "Etiketten ä", 7, "POOL-7", [],
        [ua.OPENSCSLabelDataType("urn:epc:id:sgtin:4012345.067891.X1", [ua.OPENSCSKeyValueDataType("Printer", "P-3")])],
        [ua.OPENSCSKeyValueDataType("Lot", "B7-9999")],
    )  # fmt: skip
    line = await pool.add_object(space, "Line2")
    shown = await line.add_variable(space, "Labels", labels)
    await shown.write_value(ua.DataValue(ua.Variant(labels), SourceTimestamp=at))
    await line.add_variable(space, "Speed", 120.5)
    control = await server.nodes.objects.add_object(ua.NodeId("Control", space), ua.QualifiedName("Control", space))
    await control.add_method(ua.NodeId("Hold", space), ua.QualifiedName("Hold", space), hold, [text] * 4, [number, text])
    async with server:
        print("ready", space, flush=True)
        await asyncio.Event().wait()


logging.disable(logging.WARNING)
asyncio.run(main(int(sys.argv[1])))
