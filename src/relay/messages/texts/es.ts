import type { Catalogue } from '../kinds.ts';

const how = `Teclee el código en la caja y pulse #.
La puerta {slot} se abre sola: tome la llave y cierre la puerta.
{again}
Para devolverla, igual: código, #, llave dentro, puerta cerrada. Siempre se puede, también con retraso.`;

const facts = `Vehículo: {vehicle}
Caja: {box}
Lugar: {site}
Puerta: {slot}
Cuándo: {window}`;

const end = `Su página de la llave: {link}

¿Algo no va bien? Llame al {phone}.`;

export const es: Catalogue = {
  locale: 'es-ES',
  words: {
    untilChanged: 'desde {start}, hasta nuevo aviso',
    again: 'El código sirve tantas veces como necesite la llave, hasta que acabe su reserva.',
    footer: 'SmartBox envía esto por {account}, porque hay una llave reservada para usted.',
    secret: 'El código es solo suyo: no lo comparta.',
    footerAdmins: 'SmartBox envía esto porque usted gestiona las llaves de {account}.',
  },
  kinds: {
    access: {
      subject: 'Su llave para {vehicle}, {start}',
      text: `Hola, {driver}:\n\nSu llave está lista.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Llave de {vehicle}: código {code}, luego #\n{box}, puerta {slot}\n{window}\n{link}\nAyuda: {phone}`,
    },
    moved: {
      subject: 'Nuevo horario para {vehicle}: {start}',
      text: `Hola, {driver}:\n\nSu reserva ha cambiado. Así queda ahora; si ya tiene un código, sigue siendo el mismo.\n\n${facts}\n\n{code}\n\n${end}`,
      sms: `Nuevo horario para {vehicle}: {window}\n{box}, puerta {slot}\nCódigo {code}, luego #\n{link}\nAyuda: {phone}`,
    },
    cancelled: {
      subject: 'Su reserva de {vehicle} está cancelada',
      text: `Hola, {driver}:\n\nSu reserva se ha cancelado. El código ya no entrega la llave.\n\nVehículo: {vehicle}\nCaja: {box}\nCuándo: {window}\n\nSi todavía tiene la llave, devuélvala: la caja la acepta con el código que tiene.\n\n¿No lo esperaba? Llame al {phone}.`,
      sms: `Cancelado: {vehicle}, {window}. Si todavía tiene la llave, devuélvala en {box}.\nPreguntas: {phone}`,
    },
    reminder: {
      subject: 'Pronto: su llave para {vehicle}, {start}',
      text: `Hola, {driver}:\n\nSu reserva empieza pronto. Su llave le espera aquí.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Pronto: llave de {vehicle}, {window}\nCódigo {code}, luego #\n{box}, puerta {slot}\n{link}\nAyuda: {phone}`,
    },
    waiting: {
      subject: 'Su llave para {vehicle}: el código llegará',
      text: `Hola, {driver}:\n\nHay una llave reservada para usted. Ahora no hay conexión con la caja y aún no tiene su código. Lo recibirá en cuanto funcione; no tiene que hacer nada.\n\n${facts}\n\n${end}`,
      sms: `{vehicle} está reservado para usted, {window}. Aún no hay conexión con la caja; su código llegará en cuanto funcione.\n{link}\nAyuda: {phone}`,
    },
    'fresh-code': {
      subject: 'Un código nuevo para {vehicle}',
      text: `Hola, {driver}:\n\nAquí tiene un código nuevo para su reserva. El anterior ya no entrega la llave.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Código nuevo para {vehicle}: {code}, luego #\n{box}, puerta {slot}\n{window}\n{link}\nAyuda: {phone}`,
    },
    'key-away': {
      subject: 'Su llave para {vehicle}: lista en cuanto vuelva',
      text: `Hola, {driver}:\n\nHay una llave reservada para usted, pero aún no ha vuelto a la caja. Estará lista en cuanto vuelva: entonces recibirá otro mensaje. Su código funciona desde ese momento.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `{vehicle}: la llave aún no ha vuelto; le avisamos en cuanto esté. Código {code}, luego #\n{box}, puerta {slot}\n{window}\n{link}\nAyuda: {phone}`,
    },
    'key-back': {
      subject: 'La llave de {vehicle} ha vuelto y está lista',
      text: `Hola, {driver}:\n\nLa llave ha vuelto a la caja. Está lista para usted.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `La llave de {vehicle} ha vuelto: código {code}, luego #\n{box}, puerta {slot}\n{window}\n{link}\nAyuda: {phone}`,
    },
    overdue: {
      subject: 'Por favor, devuelva la llave de {vehicle}',
      text: `Hola, {driver}:\n\nSu reserva ha terminado y la llave aún no ha vuelto. Puede que alguien la esté esperando.\n\nVehículo: {vehicle}\nDevolver en: {box}\nLugar: {site}\nVencía: {end}\n\nSu código sigue sirviendo para devolverla: código, #, llave dentro, puerta cerrada.\n\n¿La necesita más tiempo? Llame al {phone}.`,
      sms: `La llave de {vehicle} debía volver {end}. Devuélvala en {box}: su código sigue sirviendo para eso.\n¿La necesita más tiempo? {phone}`,
    },
    'verify-phone': {
      subject: 'Su código para este número de teléfono',
      text: 'Escriba este número en su página de la llave. Vale 10 minutos.\n\n{check}\n\n¿No lo ha pedido? Entonces no tiene que hacer nada.',
      sms: '{check} es su código de SmartBox para confirmar este teléfono. Vale 10 minutos. ¿No lo ha pedido? Ignórelo.',
    },
    prompt: {
      subject: 'Por confirmar: {vehicle} para {driver}',
      text: 'Se ha asignado un vehículo; su llave solo se reserva cuando usted lo diga.\n\nVehículo: {vehicle}\nConductor: {driver}\nCuándo: {window}\n\nCompruebe fecha, conductor y dirección, y cree la reserva. El conductor recibe entonces el aviso automáticamente.\n\nCrear la reserva: {link}',
      sms: '{vehicle} está asignado a {driver}, {window}. Cree la reserva, por favor.\n{link}',
    },
    'asked-again': {
      subject: '{driver} pide otra vez la llave de {vehicle}',
      text: 'Un conductor cuya reserva ha terminado pide otra vez la llave. Si es correcto, cree una reserva nueva o prolongue la asignación.\n\nVehículo: {vehicle}\nConductor: {driver}\nReservado: {window}\nCaja: {box}\n\nCrear la reserva: {link}',
      sms: '{driver} pide otra vez la llave de {vehicle}. Reservado: {window}.\n{link}',
    },
    'box-faults': {
      subject: 'SmartBox: {fault}',
      text: 'Algo en sus cajas necesita atención.\n\n{faults}\n\nEste correo reúne lo que empezó a la vez; lo que continúa no se repite en una hora.\n\nTodos los problemas: {link}',
      sms: '{fault}\n{link}',
    },
    'person-invited': {
      subject: 'Invitación: las llaves de {account}',
      text: 'A partir de ahora se ocupa de las llaves de {account}, o puede ver lo que se hace allí. Elija primero una contraseña propia. Este enlace vale una vez, durante 72 horas.\n\nElegir una contraseña: {link}\n\n¿{account} no le dice nada? Entonces no tiene que hacer nada.',
      sms: '{account} le invita a ocuparse de sus llaves. Elija una contraseña en 72 horas: {link}',
    },
    'person-reset': {
      subject: 'Otra contraseña para las llaves de {account}',
      text: 'Alguien que dio su dirección ha perdido la contraseña. Este enlace vale una vez, durante una hora; hasta entonces su contraseña sigue como está.\n\nElegir otra contraseña: {link}\n\n¿No fue usted? Entonces no tiene que hacer nada.',
      sms: 'Elija en una hora otra contraseña para las llaves de {account}: {link}',
    },
    'old-phone-check': {
      subject: '¿Otro teléfono para sus llaves?',
      text: 'Alguien con el enlace de su página de la llave quiere que otro número de teléfono abra sus llaves. Si es usted, escriba allí este número. Vale 10 minutos.\n\n{check}\n\n¿No es usted? No se lo dé a nadie y avise a {account}.\nLlame al {phone}.',
      sms: '{check} es su número de SmartBox para que OTRO teléfono abra sus llaves. ¿No es usted? No se lo dé a nadie y avise a {account}.',
    },
    'phone-changed': {
      subject: 'Ha cambiado lo que abre sus llaves',
      text: 'Hola {driver}:\n\nEn su página de la llave se acaba de cambiar el número de teléfono o el PIN que abre sus llaves.\n\n¿Ha sido usted? Entonces no tiene que hacer nada.\n\n¿No ha sido usted? Avise a {account} enseguida: otra persona podría sacar llaves en su nombre.\nLlame al {phone}.',
      sms: 'Se ha cambiado el teléfono o el PIN que abre sus llaves. ¿No ha sido usted? Avise a {account} enseguida.\nLlame al {phone}',
    },
    'phone-void': {
      subject: 'Su teléfono, tarjeta y PIN ya no abren llaves',
      text: 'Hola {driver}:\n\nUna caja de llaves ha sido robada o se ha perdido, y su PIN se puede averiguar con lo que había en ella. Por eso su teléfono, su tarjeta y su PIN ya no abren ninguna llave de {account}. Los códigos que reciba funcionan como antes.\n\nElija otro PIN en la página de la llave de su próxima reserva.\nSu página de la llave: {link}\n\n¿Usa el PIN antiguo en otro sitio? Cámbielo también allí.\n\n¿Preguntas? Llame al {phone}.',
      sms: 'Han robado una caja de llaves: su teléfono, tarjeta y PIN ya no abren llaves de {account}. Elija otro PIN en su página de la llave.\n{link}\nAyuda: {phone}',
    },
  },
  fields: {
    waiting:
      'Llave reservada; a la espera de la caja {box}. El conductor recibe el código en cuanto esté allí.',
    ready:
      'Llave lista en {box}, puerta {slot}: {window}. Teclee el código, luego #; la puerta se abre sola. Devolver igual.\nAyuda: {phone}',
    'key-away':
      'Llave reservada, aún no devuelta en {box}; lista en cuanto vuelva, puerta {slot}: {window}. El conductor recibe aviso.\nAyuda: {phone}',
    taken:
      'Llave recogida {start}. Devolver en {box}: mismo código, luego #, a cualquier hora.\nAyuda: {phone}',
    returned: 'Llave devuelta {end} en {box}, puerta {slot}.',
    overdue: 'Llave con retraso desde {end}. Devolver en {box}: mismo código, luego #.\nAyuda: {phone}',
    cancelled:
      'Reserva cancelada; el código ya no entrega la llave. Una llave fuera aún puede devolverse en {box}.',
    ended: 'Reserva terminada; la llave no se recogió.',
  },
};
