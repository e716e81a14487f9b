/** XML that is handed in, for the doors that speak it. */

export { readXml, type XmlEvent } from '../../ingest/xml.ts';
